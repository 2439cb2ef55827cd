import t from 'tap'
import { addBelow, LocalCount, SharedCounts } from '../../../src/core/count.js'

const SIZE = 3

t.test('a count of one thread rises and falls', t => {
  const count = new LocalCount()
  count.addTo()
  count.addTo()
  count.subtract()
  t.equal(count.value, 1)
  t.end()
})

t.test('threads count together, each number for itself', t => {
  const memory = SharedCounts.memoryFor(SIZE, 2)
  const [here, there] = [new SharedCounts(memory, SIZE), new SharedCounts(memory, SIZE)]
  const [mine, theirs, other] = [here.of(1, 0), there.of(1, 1), there.of(2, 1)]
  t.equal(mine.addTo(0), true)
  t.equal(theirs.addTo(0), false, 'another one was quicker')
  t.equal(theirs.addTo(1), true)
  t.equal(mine.value, 2)
  t.equal(other.value, 0)
  mine.subtract()
  t.equal(theirs.value, 1)
  t.end()
})

t.test('what a thread held is taken back when it has ended, and that of the others stays', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(SIZE, 2), SIZE)
  const [first, second, last] = [counts.of(0, 0), counts.of(0, 1), counts.of(2, 1)]
  for (let seen = 0; seen < 3; seen++) first.addTo(seen)
  first.subtract()
  second.addTo(2)
  last.addTo(0)
  t.equal(counts.forget(0, 1), 1)
  t.match([first.value, last.value], [2, 1])
  t.equal(counts.forget(0, 1), 0, 'once')
  t.equal(counts.forget(2, 1), 1)
  t.equal(counts.forget(0, 0), 2)
  t.match([first.value, last.value], [0, 0])
  t.end()
})

t.test('adds up to a limit', t => {
  const count = new LocalCount()
  t.same([addBelow(count, 2), addBelow(count, 2), addBelow(count, 2)], [true, true, false])
  t.equal(count.value, 2)
  t.end()
})

t.test('looks again when another thread was quicker', t => {
  let value = 0
  const hurried = {
    get value() {
      return value
    },
    addTo(seen: number): boolean {
      if (value === 0) value = 5
      return seen === value && ++value > 0
    },
    subtract: () => undefined,
  }
  t.equal(addBelow(hurried, 10), true)
  t.equal(value, 6)
  t.end()
})

t.test('a count is read by its number, without being in a thread', t => {
  const counts = new SharedCounts(SharedCounts.memoryFor(SIZE, 2), SIZE)
  const [here, there] = [counts.of(1, 0), counts.of(1, 1)]
  here.addTo(0)
  there.addTo(1)
  t.same([counts.value(0), counts.value(1), counts.value(2)], [0, 2, 0])
  here.subtract()
  t.equal(counts.value(1), 1)
  t.end()
})
