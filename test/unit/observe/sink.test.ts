import t from 'tap'
import type { Output, Written } from '../../../src/observe/output.js'
import { LineSink } from '../../../src/observe/sink.js'
import { FakeClock } from '../../fixtures/fake-clock.js'

interface Pending {
  readonly bytes: Uint8Array
  readonly done: (written: Written) => void
}

/** An output whose writes end when the test says so. */
class ScriptedOutput implements Output {
  /** What came through. */
  text = ''
  writes = 0
  #pending: Pending | undefined

  write(bytes: Uint8Array, done: (written: Written) => void): void {
    if (this.#pending !== undefined) throw new Error('two writes at once')
    this.writes++
    this.#pending = { bytes, done }
  }

  /** What the pending write was given; undefined when none is. */
  get offered(): string | undefined {
    return this.#pending && Buffer.from(this.#pending.bytes).toString()
  }

  take(count = Infinity): void {
    const { bytes, done } = this.#end()
    const taken = bytes.subarray(0, Math.min(count, bytes.length))
    this.text += Buffer.from(taken).toString()
    done({ kind: 'some', bytes: taken.length })
  }

  fill(): void {
    this.#end().done({ kind: 'full' })
  }

  fail(code: string): void {
    this.#end().done({ kind: 'failed', code })
  }

  #end(): Pending {
    if (this.#pending === undefined) throw new Error('no write is pending')
    const pending = this.#pending
    this.#pending = undefined
    return pending
  }
}

function setUp(): { output: ScriptedOutput; clock: FakeClock; sink: LineSink } {
  const output = new ScriptedOutput()
  const clock = new FakeClock()
  return { output, clock, sink: new LineSink(output, clock) }
}

t.test('writes at once, and what comes meanwhile as one write after it', async t => {
  const { output, sink } = setUp()
  sink.write('a\n')
  sink.write('b\n')
  sink.write('c\n')
  t.equal(output.offered, 'a\n')
  output.take()
  t.equal(output.offered, 'b\nc\n')
  output.take()
  t.equal(output.text, 'a\nb\nc\n')
  t.equal(output.offered, undefined)
  t.equal(sink.linesDropped, 0)
})

t.test('goes on where a partial write ended, within a character too', async t => {
  const { output, sink } = setUp()
  sink.write('h\u00e9llo\n')
  output.take(2)
  output.take(3)
  t.equal(output.offered, 'o\n')
  output.take()
  t.equal(output.offered, undefined)
  t.equal(sink.linesDropped, 0)
})

t.test(
  'tries a full output again after 20 ms, doubling to 200 ms, and soon again once it takes something',
  async t => {
    const { output, clock, sink } = setUp()
    sink.write('a\n')
    for (const delay of [20, 40, 80, 160, 200, 200]) {
      output.fill()
      clock.advance(delay - 1)
      t.equal(output.offered, undefined, `nothing before ${delay} ms`)
      clock.advance(1)
      t.equal(output.offered, 'a\n')
    }
    output.take(1)
    output.fill()
    clock.advance(20)
    t.equal(output.offered, '\n')
  },
)

t.test('holds at most 1 MiB for a reader that stopped, and counts the lines beyond it', async t => {
  const { output, clock, sink } = setUp()
  const line = `${'x'.repeat(1023)}\n`
  sink.write(line)
  output.fill()
  for (let count = 0; count < 5000; count++) sink.write(line)
  t.equal(sink.linesDropped, 5001 - 1024)
  clock.advance(20)
  output.take()
  output.take()
  t.equal(output.text.length, 1024 * 1024)
  sink.write(line)
  t.equal(output.offered, line, 'there is room again')
  t.equal(sink.linesDropped, 5001 - 1024)
})

t.test('counts bytes, not characters', async t => {
  const { sink } = setUp()
  const line = '\u00e9'.repeat(256 * 1024)
  sink.write(line)
  sink.write(line)
  sink.write('x')
  t.equal(sink.linesDropped, 1)
})

t.test('a broken output loses the lines it was given, and is tried again at most once a second', async t => {
  const { output, clock, sink } = setUp()
  sink.write('a\n')
  sink.write('b\n')
  output.fail('EPIPE')
  t.equal(sink.linesDropped, 1)
  for (let count = 0; count < 999; count++) {
    sink.write('c\n')
    clock.advance(1)
  }
  t.equal(output.writes, 1)
  clock.advance(1)
  t.equal(output.writes, 2)
  output.fail('ENOSPC')
  t.equal(sink.linesDropped, 1 + 1 + 999)
  sink.write('d\n')
  clock.advance(1000)
  output.take()
  t.equal(output.text, 'd\n')
  t.equal(sink.linesDropped, 1001)
})

t.test('a line that was torn by an error does not spoil the next', async t => {
  const { output, clock, sink } = setUp()
  sink.write('a\n')
  sink.write('b\n')
  output.take()
  sink.write('c\n')
  output.take(1)
  output.fail('ENOSPC')
  t.equal(sink.linesDropped, 1, 'the line that came through in part is lost')
  clock.advance(1000)
  output.fail('ENOSPC')
  sink.write('d\n')
  clock.advance(1000)
  output.take()
  t.equal(output.text, 'a\nb\nd\n')
})

t.test('counts only the lines of a failed batch that did not come through', async t => {
  const { output, sink } = setUp()
  for (const line of ['first\n', 'a\n', 'b\n', 'c\n']) sink.write(line)
  output.take()
  output.take(4)
  output.fail('EIO')
  t.equal(sink.linesDropped, 1)
})

t.test('flush', async t => {
  t.test('resolves at once when nothing waits', async t => {
    const { clock, sink } = setUp()
    await sink.flush(0)
    t.equal(clock.timers, 0)
  })

  t.test('resolves when all is written', async t => {
    const { output, clock, sink } = setUp()
    sink.write('a\n')
    sink.write('b\n')
    const flushed = sink.flush(1000)
    output.take()
    t.equal(clock.timers, 1)
    output.take()
    await flushed
    t.equal(clock.timers, 0)
    t.equal(sink.linesDropped, 0)
  })

  t.test('ends at its deadline, with what is left counted as dropped', async t => {
    const { output, clock, sink } = setUp()
    clock.advance(500)
    sink.write('a\n')
    sink.write('b\n')
    sink.write('c\n')
    const flushed = sink.flush(600)
    output.take(1)
    clock.advance(100)
    await flushed
    t.equal(sink.linesDropped, 3)
    t.equal(clock.timers, 0)
    output.take()
    sink.write('d\n')
    output.take()
    t.equal(sink.linesDropped, 3, 'the write that came back late counts no more')
    t.match(output.text, /d\n$/)
  })

  t.test('a deadline in the past is now', async t => {
    const { clock, sink } = setUp()
    clock.advance(500)
    sink.write('a\n')
    const flushed = sink.flush(100)
    clock.advance(0)
    await flushed
    t.equal(sink.linesDropped, 1)
  })

  t.test('does not wait for a full output to be due again', async t => {
    const { output, clock, sink } = setUp()
    sink.write('a\n')
    output.fill()
    const flushed = sink.flush(1000)
    t.equal(output.offered, 'a\n')
    output.take()
    await flushed
    t.equal(clock.timers, 0)
  })

  t.test('gives a broken output one more chance and then ends, long before the deadline', async t => {
    const { output, clock, sink } = setUp()
    sink.write('a\n')
    output.fail('EPIPE')
    sink.write('b\n')
    const flushed = sink.flush(60_000)
    sink.write('c\n')
    output.fail('EPIPE')
    output.fail('EPIPE')
    await flushed
    t.equal(sink.linesDropped, 3)
    t.equal(clock.timers, 0)
  })
})
