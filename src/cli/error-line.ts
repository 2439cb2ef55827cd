/** A command line that cannot be understood, in one line; the process should end with `exitCode`. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly exitCode = 2
}

/** The text of an error as the one line that goes to stderr. */
export function errorLine(text: string): string {
  const line = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*[\n\r\u2028\u2029]+\s*/g, ' ')
    .replace(/\p{Cc}/gu, '?')
  return `evenkeel: ${line}\n`
}
