import { TakenError } from '../datapath/kernel/ownership.js'
import type { Missing, UnavailableError } from '../datapath/kernel/requirements.js'
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

/** Why the kernel data path cannot start. */
export function noKernel(error: UnavailableError | TakenError): StartError {
  if (!(error instanceof TakenError)) return new KernelError(error.missing, 1, { cause: error })
  return new StartError(`--name ${error.service}: ${error.message} (EADDRINUSE)`, { cause: error })
}
