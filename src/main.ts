import { check } from './check.js'
import { runCli } from './cli/run-cli.js'
import { systemClock } from './clock.js'
import type { Config } from './config/config.js'
import { runDemo } from './demo/demo.js'
import { openStdout } from './observe/output.js'
import { LineSink } from './observe/sink.js'
import { openApp } from './open-app.js'
import { packageVersion } from './version.js'

/** How long the last log lines may take, in milliseconds. */
const LAST_LINES = 100
/** How long the end may take after a second signal, which promises it within 200 ms. */
const AT_ONCE = 150

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const

// A reader that goes away must not end the process with an error event.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const exitCode = await runCli(
  process.argv.slice(2),
  { version: packageVersion, run, check, demo },
  {
    stdout: text => process.stdout.write(text),
    stderr: text => process.stderr.write(text),
    columns: process.stdout.columns,
  },
)
process.exitCode = exitCode

/** Runs until it was asked to stop and has stopped. */
async function run(config: Config): Promise<void> {
  const sink = new LineSink(openStdout(), systemClock)
  try {
    const app = await openApp(config, sink, process.stdout.isTTY)
    const stopped = new Promise<void>(resolve => {
      onStopSignal(
        () => void app.stop().then(resolve),
        () => {
          systemClock.after(AT_ONCE, () => process.exit(0))
          app.abort()
        },
      )
    })
    await app.start()
    await stopped
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
  await new Promise<void>(resolve => {
    onStopSignal(
      () => void demo.stop().then(resolve),
      () => process.exit(0),
    )
  })
  process.exit(0)
}

function onStopSignal(first: () => void, again: () => void): void {
  let isStopping = false
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (isStopping) again()
      else first()
      isStopping = true
    })
  }
}
