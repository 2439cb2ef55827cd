import { closeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { check } from './app/check.js'
import type { Terminal } from './cli/actions.js'
import { errorLine } from './cli/error-line.js'
import { runCli } from './cli/run-cli.js'
import { systemClock, wallTime } from './clock.js'
import type { ConfigSource } from './config/config-source.js'
import { runDemo } from './demo/demo.js'
import { openStdout } from './observe/output.js'
import { LineSink } from './observe/sink.js'
import { openApp } from './app/open-app.js'
import { ruleset } from './app/ruleset.js'
import { cannotOpen } from './app/start-error.js'
import { packageVersion } from './version.js'

/** How long the last log lines may take, in milliseconds. */
const LAST_LINES = 100
/** How long the end may take after a second signal, which promises it within 200 ms. */
const AT_ONCE = 150

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

// A reader that goes away must not end the process with an error event.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
process.stdout.once('error', tellLoss)

// At exit Node sets back every terminal it was started with, and crashes on one that has hung up unless it is closed.
const terminals = [0, 1, 2].filter(descriptor => isatty(descriptor))
process.once('exit', () => {
  for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor)
})

const exitCode = await runCli(
  process.argv.slice(2),
  { version: packageVersion, run, check, ruleset, demo },
  {
    stdout: text => process.stdout.write(text),
    stderr: text => process.stderr.write(text),
    columns: process.stdout.columns,
  },
  {
    clock: systemClock,
    wallTime,
    color: process.stdout.isTTY && process.stdout.hasColors(),
    untilStopped,
    terminal,
    atExit,
  },
)
if (exitCode !== 0) process.exitCode = exitCode

/** Runs until it was asked to stop and has stopped. */
async function run(source: ConfigSource): Promise<void> {
  const sink = new LineSink(openStdout(), systemClock)
  try {
    const { first, second } = stopSignals()
    const opening = openApp(source, sink, process.stdout.isTTY)
    // A start that fails is told by itself.
    process.on(
      'SIGHUP',
      () =>
        void opening.then(
          app => app.reload(),
          () => undefined,
        ),
    )
    const app = await Promise.race([opening, first])
    if (app !== undefined) {
      const stopped = first.then(() => app.stop())
      void second.then(() => {
        systemClock.after(AT_ONCE, () => process.exit(0))
        app.abort()
      })
      await app.start()
      await stopped
    }
  } finally {
    await sink.flush(systemClock.now() + LAST_LINES)
  }
  process.exit(0)
}

/** Runs until it was asked to stop. */
async function demo(): Promise<void> {
  const demo = await runDemo({
    print: text => process.stdout.write(text),
    keys: process.stdin,
  })
  const { first, second } = stopSignals()
  void second.then(() => process.exit(0))
  await first
  await demo.stop()
  process.exit(0)
}

/** Aborted by the first signal from now on that asks the process to stop, or when nobody reads its output. */
function untilStopped(): AbortSignal {
  const stop = new AbortController()
  for (const signal of [...STOP_SIGNALS, 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  process.stdout.on('error', () => stop.abort())
  return stop.signal
}

/** Undefined when the process has no terminal to itself. */
function terminal(): Terminal | undefined {
  const { stdin, stdout } = process
  if (!stdin.isTTY || !stdout.isTTY) return undefined
  // What is loaded for the screen is slow unless it is told that nobody develops it.
  process.env['NODE_ENV'] ??= 'production'
  return { input: stdin, output: stdout }
}

/** Runs `restore` at the end of the process, also after an error that nobody caught. */
function atExit(restore: () => void): () => void {
  process.once('exit', restore)
  return () => process.off('exit', restore)
}

/** Tells that output was lost; a reader that only wanted the beginning has lost nothing. */
function tellLoss(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  process.exitCode ||= 1
  process.stderr.write(errorLine(cannotOpen('standard output', error.code ?? 'EIO', error).message))
}

/** The first and the second signal from now on that ask the process to stop. */
function stopSignals(): { readonly first: Promise<undefined>; readonly second: Promise<undefined> } {
  const waiting: (() => void)[] = []
  const next = (): Promise<undefined> => new Promise(resolve => waiting.push(() => resolve(undefined)))
  for (const signal of STOP_SIGNALS) process.on(signal, () => waiting.shift()?.())
  return { first: next(), second: next() }
}
