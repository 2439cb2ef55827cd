import {
  ProgramError,
  RulesetError,
  TakenError,
  UnavailableError,
  type Missing,
} from '../datapath/kernel/errors.js'
import { StartError } from './start-error.js'

/** Several things that are wrong at once, each to be told in a line of its own. */
export class KernelError extends StartError {
  override readonly name = 'KernelError'
  readonly lines: readonly string[]

  /** @param exitCode of a process that cannot start, or of a check that found something */
  constructor(
    missing: readonly Missing[],
    override readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    const lines = missing.map(({ what, remedy }) => `--datapath kernel: ${what} (${remedy})`)
    super(lines.join('; '), options)
    this.lines = lines
  }
}

/** What the kernel data path rejects with. */
type OfKernel = UnavailableError | TakenError | RulesetError | ProgramError

/** Whether an error is one of the kernel data path. */
export function isOfKernel(error: unknown): error is OfKernel {
  return [UnavailableError, TakenError, RulesetError, ProgramError].some(kind => error instanceof kind)
}

/** Why the kernel data path cannot start. */
export function noKernel(error: OfKernel): StartError {
  if (error instanceof UnavailableError) return new KernelError(error.missing, 1, { cause: error })
  const what = error instanceof TakenError ? `--name ${error.service}` : '--datapath kernel'
  const code = error instanceof TakenError ? ' (EADDRINUSE)' : ''
  return new StartError(`${what}: ${error.message}${code}`, { cause: error })
}
