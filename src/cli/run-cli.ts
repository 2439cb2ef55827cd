import { CommanderError } from 'commander'
import type { Actions, Output, Surroundings } from './actions.js'
import { errorLine } from './error-line.js'
import { createProgram } from './program.js'

/**
 * Runs one command line and resolves with the exit code of the process, which may have to go on: set it as
 * `process.exitCode`. An error with an `exitCode` of its own is told in one line on stderr, or in its `lines` if it has
 * any; any other is thrown.
 *
 * @param argv the arguments alone, without the runtime and the script
 */
export async function runCli(
  argv: readonly string[],
  actions: Actions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  try {
    await createProgram(actions, output, surroundings).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    // Commander has already written what it has to say; its own code for a usage error is 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!hasExitCode(error)) throw error
    for (const line of linesOf(error)) output.stderr(errorLine(line))
    return error.exitCode
  }
}

/** What an error has to say: its `lines`, or its message alone. */
function linesOf(error: Error): readonly string[] {
  const lines = 'lines' in error && Array.isArray(error.lines) ? error.lines.map(String) : []
  return lines.length > 0 ? lines : [error.message]
}

function hasExitCode(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'
}
