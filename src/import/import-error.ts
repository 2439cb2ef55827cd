/** A file that cannot be read as its format, or has nothing to carry over: one line; the process should end with `exitCode`. */
export class ImportError extends Error {
  override readonly name = 'ImportError'
  readonly exitCode = 2
}
