import { spawn } from 'node:child_process'
import { ProgramError } from './errors.js'

/** What a program said before it ended. */
export interface Said {
  /** The exit code; null when a signal ended it. */
  readonly exit: number | null
  readonly stdout: string
  /** Its first line tells most. */
  readonly stderr: string
}

export interface RunOptions {
  readonly input?: string
  /** Takes the standard output as it comes, which is not kept then. */
  readonly onOutput?: (chunk: string) => void
  /** Nobody hears what it says, and it does not end with this process. */
  readonly isMute?: boolean
}

/** Runs a program to its end; rejects with a {@link ProgramError} when it cannot be started. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Said> {
  return new Promise((resolve, reject) => {
    const { input, onOutput, isMute = false } = options
    const out = isMute ? 'ignore' : 'pipe'
    const child = spawn(program, args, { stdio: ['pipe', out, out], detached: isMute })
    let [stdout, stderr] = ['', '']
    const keep = onOutput ?? ((chunk: string) => (stdout += chunk))
    child.stdout?.setEncoding('utf8').on('data', keep)
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(new ProgramError(program, `${program}: ${error.code ?? error.message}`, error.code))
    })
    child.on('close', exit => resolve({ exit, stdout, stderr: stderr.trim() }))
    // One that has ended without reading all says why by itself.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })
}

/** The same for a program that has to succeed: rejects with what it said otherwise. */
export async function runWell(
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { exit, stdout, stderr } = await run(program, args, options)
  if (exit === 0) return stdout
  const [first = `exit ${exit ?? 'by a signal'}`] = stderr.split('\n').filter(line => line !== '')
  throw new ProgramError(program, `${program}: ${first}`)
}

/** Takes text in pieces, and tells each line of it. */
export function byLine(onLine: (line: string) => void): (chunk: string) => void {
  let rest = ''
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  }
}

/** A program that goes on. */
export interface Running {
  /** Ends it; resolves when nothing is left of it. */
  stop(): Promise<void>
}

/**
 * Runs a program until it is stopped, or until this process ends, however it does: a shell holds it and waits for the end
 * of its own standard input. Tells each line that the program writes, and when it has ended by itself.
 */
export function follow(
  program: string,
  args: readonly string[],
  { onLine, onEnd }: { readonly onLine: (line: string) => void; readonly onEnd: () => void },
): Running {
  const script = '"$@" & exec >&-; read -r end; kill $!; wait $!'
  // In a group of its own: what a terminal tells this process is not meant for it.
  const shell = spawn('/bin/sh', ['-c', script, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  })
  let isOver = false
  const end = (): void => {
    shell.stdin.end()
    if (isOver) return
    isOver = true
    onEnd()
  }
  shell.stdin.on('error', () => undefined)
  shell.stdout.setEncoding('utf8').on(
    'data',
    byLine(line => {
      if (!isOver) onLine(line)
    }),
  )
  shell.stdout.on('end', end)
  shell.on('error', end)
  const closed = new Promise<void>(resolve => {
    shell.on('close', () => resolve())
    shell.on('error', () => resolve())
  })
  return {
    stop() {
      isOver = true
      shell.stdin.end()
      return closed
    },
  }
}
