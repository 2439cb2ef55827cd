import { spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'

/** How a program ended and what it wrote. */
export interface Finished {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
  /** Both outputs, for a message. */
  readonly output: string
}

/** Runs a program to its end with this input. A failing program is a result, one that does not start an error. */
export async function runProgram(
  command: string,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<Finished> {
  const child = spawn(command, args, { env: programEnvironment() })
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  // A program that ends early does not read its input; its exit code tells.
  child.stdin.on('error', () => undefined).end(input)
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr), code])
  return { code: await code, stdout, stderr, output: `${stdout.subarray(0, 10_000).toString()}${stderr}` }
}

/** Like runProgram, but a failing program is an error. */
export async function succeed(
  command: string,
  args: readonly string[],
  input: string | Buffer = '',
): Promise<Finished> {
  const finished = await runProgram(command, args, input)
  if (finished.code !== 0) {
    throw new Error(`${command} ${args.join(' ')}: exit ${finished.code}: ${finished.output}`)
  }
  return finished
}

/** What programs of the system get to see: nothing of the test runner's variables, and English messages. */
export function programEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', ...more }
}
