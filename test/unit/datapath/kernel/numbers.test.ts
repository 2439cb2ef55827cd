import t from 'tap'
import { MOST_BACKENDS } from '../../../../src/datapath/kernel/marks.js'
import { Numbers } from '../../../../src/datapath/kernel/numbers.js'
import { backend } from '../../../fixtures/services.js'

/** A backend at that port. */
function at(port: number, name = 'a') {
  return backend(name, { endpoint: { kind: 'inet', family: 4, host: '10.0.0.1', port } })
}

t.test('each backend gets a number of its own, and keeps it where it is', t => {
  const numbers = new Numbers()
  t.equal(numbers.of('a'), undefined)
  numbers.place(at(1))
  numbers.place(at(1, 'b'))
  numbers.place(at(1))
  t.same(
    numbers.all.map(({ number, name }) => [number, name]),
    [
      [1, 'a'],
      [2, 'b'],
    ],
  )
  t.equal(numbers.of('b'), numbers.get(2))
  t.end()
})

t.test('a backend that moves gets another one, and its old one stays known', t => {
  const numbers = new Numbers()
  numbers.place(at(1))
  const old = numbers.of('a')
  numbers.place(at(2))
  t.match(numbers.of('a'), { number: 2, name: 'a', endpoint: { port: 2 } })
  t.equal(numbers.get(1), old)
  t.equal(old && numbers.isCurrent(old), false)
  numbers.forget(1)
  t.equal(numbers.get(1), undefined)
  t.equal(numbers.all.length, 1)
  t.end()
})

t.test('a number is renewed at the same address', t => {
  const numbers = new Numbers()
  t.equal(numbers.renew('a'), undefined)
  numbers.place(at(1))
  const old = numbers.of('a')
  t.equal(numbers.renew('a'), old)
  const renewed = numbers.of('a')
  t.match(renewed, { number: 2, endpoint: { port: 1 } })
  t.equal(renewed && numbers.isCurrent(renewed), true)
  t.end()
})

t.test('a backend that leaves has no number for new flows', t => {
  const numbers = new Numbers()
  numbers.place(at(1))
  numbers.leave('a')
  t.equal(numbers.of('a'), undefined)
  t.equal(numbers.get(1)?.name, 'a')
  t.equal(numbers.renew('a'), undefined)
  numbers.place(at(1))
  t.equal(numbers.of('a')?.number, 2, 'a new one, because old flows may have the other')
  t.end()
})

t.test('a backend on a unix socket has none', t => {
  const numbers = new Numbers()
  numbers.place(backend('a', { endpoint: { kind: 'unix', path: '/run/a' } }))
  t.same(numbers.all, [])
  t.end()
})

t.test('backends go on with the numbers that an earlier process left, and others get higher ones', t => {
  const numbers = new Numbers(
    new Map([
      ['10.0.0.1:2', 7],
      ['10.0.0.1:3', 4],
    ]),
  )
  numbers.place(at(1, 'new'))
  numbers.place(at(2, 'old'))
  numbers.place(at(2, 'twin'))
  t.equal(numbers.of('new')?.number, 8)
  t.equal(numbers.of('old')?.number, 7)
  t.equal(numbers.of('twin')?.number, 9, 'two at one address are two')
  numbers.place(at(3, 'old'))
  t.equal(numbers.of('old')?.number, 10, 'who moves there had no flows there')
  t.end()
})

t.test('numbers begin anew after the last one, without those that are known', t => {
  const numbers = new Numbers(new Map([['10.0.0.1:9', MOST_BACKENDS - 1]]))
  numbers.place(at(9, 'last but one'))
  for (const [name, number] of [
    ['a', MOST_BACKENDS],
    ['b', 1],
    ['c', 2],
  ] as const) {
    numbers.place(at(1, name))
    t.equal(numbers.of(name)?.number, number)
  }
  for (let round = 0; round < MOST_BACKENDS - 4; round++) numbers.forget(Number(numbers.renew('c')?.number))
  t.equal(numbers.of('c')?.number, MOST_BACKENDS - 2)
  numbers.renew('c')
  t.equal(numbers.of('c')?.number, 2, 'those of the others are passed over')
  t.end()
})

t.test('all numbers but a last one can be used', t => {
  const numbers = new Numbers()
  for (let port = 1; port < MOST_BACKENDS; port++) numbers.place(at(port))
  t.equal(numbers.all.length, MOST_BACKENDS - 1)
  t.throws(() => numbers.place(at(MOST_BACKENDS)), { message: 'no number is left for a backend' })
  numbers.forget(1)
  numbers.place(at(MOST_BACKENDS))
  t.equal(numbers.of('a')?.number, MOST_BACKENDS)
  t.end()
})
