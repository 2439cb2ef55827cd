import { getSystemErrorMap } from 'node:util'

/** The process cannot start: one line that names the flag, the value and the system's error code. */
export class StartError extends Error {
  override readonly name: string = 'StartError'
  /** The exit code of a process that could not start or run. */
  readonly exitCode: number = 1
}

/** A StartError for what could not be opened, such as `--listen tcp://:80: permission denied (EACCES)`. */
export function cannotOpen(what: string, code: string, cause: unknown): StartError {
  const words = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1]
  return new StartError(`${what}: ${words === undefined ? code : `${words} (${code})`}`, { cause })
}
