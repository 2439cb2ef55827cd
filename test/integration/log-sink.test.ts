import { execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, createReadStream, openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import type { Order, Report } from '../fixtures/log-writer.js'
import { transpiled } from '../fixtures/transpiled.js'

/** Run as it is in production: what tests preload to read TypeScript opens the stream of the standard output, and that changes the descriptor. */
const WRITER = transpiled(
  t.testdir(),
  'test/fixtures/log-writer.ts',
  'src/clock.ts',
  'src/observe/output.ts',
  'src/observe/sink.ts',
)
const MEBIBYTE = 1024 * 1024

interface Writer {
  readonly child: ChildProcess
  order(order: Order): Promise<Report>
  /** Lets it end; resolves with its exit code when it did. */
  end(): Promise<unknown>
}

/** Starts a process that logs to `stdout`. */
function startWriter(t: Test, stdout: number | 'pipe'): Writer {
  const stdio: StdioOptions = ['ignore', stdout, 'inherit', 'ipc']
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, WRITER], { stdio })
  t.teardown(() => child.kill('SIGKILL'))
  return {
    child,
    async order(order) {
      child.send(order)
      const [report] = (await once(child, 'message')) as [Report]
      return report
    },
    async end() {
      const exit = once(child, 'exit')
      child.disconnect()
      const [code] = await exit
      return code
    },
  }
}

/** A pipe and its two ends, open; unlike those that spawn makes, which are sockets. */
function pipe(t: Test): { readonly path: string; readonly reader: number; readonly writer: number } {
  const path = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { path, reader, writer: openSync(path, 'w') }
}

/** Floods an output that nobody reads, and ends: the process must stay small, answer, and go when it is to go. */
async function floodUnread(t: Test, writer: Writer): Promise<void> {
  const before = await writer.order({ kind: 'flood', kilobytes: 4 * 1024 })
  t.ok(before.linesDropped > 0, 'the output is full')
  const after = await writer.order({ kind: 'flood', kilobytes: 400 * 1024 })
  t.ok(after.linesDropped > 399 * 1024 - 64, 'the lines beyond the bound are counted')
  const grown = Math.round((after.memory - before.memory) / MEBIBYTE)
  t.ok(grown < 100, `400 MiB of lines took ${grown} MiB`)
  const flushed = await writer.order({ kind: 'flush', withinMs: 50 })
  t.ok(flushed.linesDropped > after.linesDropped, 'what was left is counted')
  t.equal(await writer.end(), 0)
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `line ${index}\n`)

t.test('a pipe that is read gets every line, whole and in order', async t => {
  const { path, reader, writer: descriptor } = pipe(t)
  const received = text(createReadStream(path))
  const writer = startWriter(t, descriptor)
  closeSync(descriptor)
  const lines = numbered(50_000)
  await writer.order({ kind: 'write', lines })
  const { linesDropped } = await writer.order({ kind: 'flush', withinMs: 60_000 })
  t.equal(linesDropped, 0)
  t.equal(await writer.end(), 0)
  closeSync(reader)
  t.equal(await received, lines.join(''))
})

t.test('a pipe whose reader leaves after the first line', async t => {
  const { reader, writer: descriptor } = pipe(t)
  const writer = startWriter(t, descriptor)
  closeSync(descriptor)
  await writer.order({ kind: 'write', lines: ['first\n'] })
  await writer.order({ kind: 'flush', withinMs: 60_000 })
  const line = Buffer.alloc(100)
  t.equal(line.subarray(0, readSync(reader, line)).toString(), 'first\n')
  closeSync(reader)
  await writer.order({ kind: 'write', lines: numbered(1000) })
  const { linesDropped } = await writer.order({ kind: 'flush', withinMs: 60_000 })
  t.equal(linesDropped, 1000)
  t.equal(await writer.end(), 0)
})

t.test('a pipe whose reader stops', async t => {
  const { reader, writer: descriptor } = pipe(t)
  const writer = startWriter(t, descriptor)
  closeSync(descriptor)
  await floodUnread(t, writer)
  closeSync(reader)
})

t.test('a pipe whose reader pauses gets everything that found room', async t => {
  const { path, reader, writer: descriptor } = pipe(t)
  const writer = startWriter(t, descriptor)
  closeSync(descriptor)
  const lines = numbered(50_000)
  await writer.order({ kind: 'write', lines })
  const received = text(createReadStream(path))
  const { linesDropped } = await writer.order({ kind: 'flush', withinMs: 60_000 })
  t.equal(linesDropped, 0)
  t.equal(await writer.end(), 0)
  closeSync(reader)
  t.equal(await received, lines.join(''))
})

t.test('a socket whose reader stops', async t => {
  const writer = startWriter(t, 'pipe')
  await floodUnread(t, writer)
})

t.test('a socket whose reader leaves', async t => {
  const writer = startWriter(t, 'pipe')
  writer.child.stdout?.destroy()
  await writer.order({ kind: 'write', lines: numbered(1000) })
  const { linesDropped } = await writer.order({ kind: 'flush', withinMs: 60_000 })
  t.equal(linesDropped, 1000)
  t.equal(await writer.end(), 0)
})

t.test('a disk that is full', async t => {
  const full = openSync('/dev/full', 'w')
  const writer = startWriter(t, full)
  closeSync(full)
  await writer.order({ kind: 'write', lines: numbered(1000) })
  const { linesDropped } = await writer.order({ kind: 'flush', withinMs: 60_000 })
  t.equal(linesDropped, 1000)
  t.equal(await writer.end(), 0)
})

t.test('a file that others append to as well gets every line at its end', async t => {
  const path = join(t.testdir({ log: 'before\n' }), 'log')
  const descriptor = openSync(path, 'a')
  const writer = startWriter(t, descriptor)
  closeSync(descriptor)
  const lines = numbered(10_000)
  await writer.order({ kind: 'write', lines })
  t.equal((await writer.order({ kind: 'flush', withinMs: 60_000 })).linesDropped, 0)
  t.equal(await writer.end(), 0)
  t.equal(readFileSync(path, 'utf8'), `before\n${lines.join('')}`)
})
