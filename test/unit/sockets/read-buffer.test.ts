import t from 'tap'
import { ReadBuffer } from '../../../src/sockets/read-buffer.js'

const SIZE = 64 * 1024
const BULK = 16 * 1024

/** Plays the system: reads that many bytes, all of this value. */
function read(buffer: ReadBuffer, length: number, value: number): Buffer {
  buffer.next.fill(value, 0, length)
  return buffer.chunk(length)
}

t.test('small chunks of all sockets go through one buffer and are not disturbed by the next read', t => {
  const [a, b] = [new ReadBuffer(), new ReadBuffer()]
  t.equal(a.next, b.next)
  for (const length of [1, 64, 65, 129, 1, BULK - 1]) {
    const chunk = read(a, length, 1)
    b.next.fill(2)
    t.ok(chunk.equals(Buffer.alloc(length, 1)), `${length} bytes`)
  }
  t.equal(a.next, b.next)
  t.end()
})

t.test('a small chunk that is kept is disturbed by nothing', t => {
  const [a, b] = [new ReadBuffer(), new ReadBuffer()]
  const kept = read(a, 100, 1)
  a.keep(kept, true)
  read(b, 100, 2)
  read(a, 100, 3)
  t.ok(kept.equals(Buffer.alloc(100, 1)))
  t.end()
})

t.test('a socket that fills the buffer reads into one of its own while it does', t => {
  const [a, b] = [new ReadBuffer(), new ReadBuffer()]
  const first = read(a, SIZE, 1)
  const own = a.next
  t.not(own, b.next)
  t.equal(own.length, SIZE)
  read(b, SIZE, 9)
  t.ok(first.equals(Buffer.alloc(SIZE, 1)))
  t.equal(read(a, SIZE, 2).buffer, own.buffer, 'without a copy')
  t.equal(a.next, own)
  const last = read(a, SIZE - 1, 3)
  t.equal(last.buffer, own.buffer)
  t.equal(a.next, new ReadBuffer().next, 'and gives it up afterwards')
  t.end()
})

t.test('a big chunk that does not fill it has memory of its own, and leaves none behind', t => {
  const [a, b] = [new ReadBuffer(), new ReadBuffer()]
  for (const length of [BULK, SIZE - 1]) {
    const chunk = read(a, length, 1)
    t.equal(chunk.buffer.byteLength, length)
    read(b, length, 2)
    t.ok(chunk.equals(Buffer.alloc(length, 1)))
    a.keep(chunk, true)
    t.equal(a.next, b.next)
  }
  t.end()
})

t.test('a chunk of bulk that is kept keeps its buffer, unless nothing is read meanwhile', t => {
  const buffer = new ReadBuffer()
  buffer.keep(read(buffer, SIZE, 1), false)
  const own = buffer.next
  t.not(own, new ReadBuffer().next)
  const kept = read(buffer, SIZE, 2)
  t.equal(kept.buffer, own.buffer)
  buffer.keep(kept, true)
  read(buffer, SIZE, 3)
  t.ok(kept.equals(Buffer.alloc(SIZE, 2)))
  t.end()
})
