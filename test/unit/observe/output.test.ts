import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { ReopenedOutput, type Output, type Written } from '../../../src/observe/output.js'

const write = (output: Output, bytes: Uint8Array): Promise<Written> =>
  new Promise(resolve => output.write(bytes, resolve))

/** A descriptor that this process cannot have. */
const NOT_OPEN = 1_000_000

const refuseFallBack = (): void => {
  throw new Error('must not fall back')
}

interface Pipe {
  readonly output: ReopenedOutput
  openReader(): number
}

/** A pipe that has a writer but no reader yet, and an output on it. */
function pipe(t: Test): Pipe {
  const path = join(t.testdir(), 'pipe')
  execFileSync('mkfifo', [path])
  const openReader = (): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = openReader()
  const writer = openSync(path, 'w')
  closeSync(reader)
  const output = new ReopenedOutput(writer, refuseFallBack)
  t.teardown(() => {
    output.close()
    closeSync(writer)
  })
  return { output, openReader }
}

t.test('a pipe whose reader stops is full, not blocking, and goes on when it is read', async t => {
  const { output, openReader } = pipe(t)
  const reader = openReader()
  const bytes = Buffer.alloc(48 * 1024, 'x')
  let taken = 0
  let written = await write(output, bytes)
  while (written.kind === 'some') {
    taken += written.bytes
    written = await write(output, bytes)
  }
  t.equal(written.kind, 'full')
  const read = readSync(reader, Buffer.alloc(1024 * 1024))
  t.equal(read, taken)
  t.strictSame(await write(output, Buffer.from('abc')), { kind: 'some', bytes: 3 })
  closeSync(reader)
})

t.test('a pipe whose reader left is broken, and whole again when it is read again', async t => {
  const { output, openReader } = pipe(t)
  t.strictSame(
    await write(output, Buffer.from('a')),
    { kind: 'failed', code: 'EPIPE' },
    'before it was opened',
  )
  const first = openReader()
  t.strictSame(await write(output, Buffer.from('b')), { kind: 'some', bytes: 1 })
  closeSync(first)
  t.strictSame(await write(output, Buffer.from('c')), { kind: 'failed', code: 'EPIPE' })
  const second = openReader()
  t.strictSame(await write(output, Buffer.from('d')), { kind: 'some', bytes: 1 })
  closeSync(second)
})

t.test('falls back to the original, once, when it cannot be reopened', async t => {
  let fallBacks = 0
  const output = new ReopenedOutput(NOT_OPEN, () => fallBacks++)
  t.strictSame(await write(output, Buffer.from('a')), { kind: 'failed', code: 'EBADF' })
  await write(output, Buffer.from('b'))
  t.equal(fallBacks, 1)
})

t.test('a full disk is a failure with its code', async t => {
  const full = openSync('/dev/full', 'w')
  const output = new ReopenedOutput(full, refuseFallBack)
  t.strictSame(await write(output, Buffer.from('a')), { kind: 'failed', code: 'ENOSPC' })
  output.close()
  closeSync(full)
})
