import t from 'tap'
import type { Count } from '../../../../../src/core/count.js'
import { BackendTable } from '../../../../../src/core/table.js'
import type { Published } from '../../../../../src/datapath/userspace/threads/messages.js'
import { CountNumbers, CountsOfThread } from '../../../../../src/datapath/userspace/threads/shared-counts.js'
import { recordingObserver } from '../../../../fixtures/recording-observer.js'
import { backend, service } from '../../../../fixtures/services.js'

const PLACES = [{ ...service([]), name: 'db' }]

/** The counts of some threads that follow what is numbered, and the main thread's side of them. */
function share({ threads = 2 } = {}) {
  const numbers = new CountNumbers(threads)
  const { counts } = numbers
  const all = Array.from({ length: threads }, (_, thread) => new CountsOfThread({ counts, thread }))
  const place = (names: readonly string[]): void => {
    const places = numbers.places(names.map(name => ({ ...service([]), name })))
    for (const thread of all) thread.place({ places, listeners: new Map() })
  }
  const publish = (of: string, ...names: string[]): readonly number[] => {
    const published = numbered(numbers, of, names)
    for (const thread of all) thread.learn(of, published.snapshot, published.counts)
    return published.counts
  }
  /** The count of a backend as one of the threads has it. */
  const count = (thread: number, of: string, name: string): Count => {
    const counts = all[thread]
    if (counts === undefined) throw new Error('no such thread')
    return counts.ofService(of).ofBackend(name)
  }
  place(['db', 'web'])
  return { numbers, all, place, publish, count }
}

function numbered(numbers: CountNumbers, of: string, names: readonly string[]): Published {
  const backends = names.map(name => backend(name))
  const table = new BackendTable(service(backends), recordingObserver().observer, 0)
  return numbers.number(of, table.snapshot(0))
}

/** Counts a session in, whoever else counts. */
function enter(count: Count): void {
  if (!count.addTo(count.value)) throw new Error('another one was quicker')
}

t.test('threads count the sessions of a backend together, and the main thread sees them', t => {
  const { numbers, publish, count } = share()
  publish('db', 'a', 'b')
  publish('web', 'a')
  for (const thread of [0, 1, 1]) enter(count(thread, 'db', 'a'))
  enter(count(0, 'web', 'a'))
  t.same([numbers.held('db', 'a'), numbers.held('db', 'b'), numbers.held('web', 'a')], [3, 0, 1])
  t.same([numbers.held('db', 'x'), numbers.held('x', 'a')], [0, 0])
  t.end()
})

t.test('places are counted for each service and protocol', t => {
  const { all } = share()
  const [here, there] = all.map(thread => thread.ofService('db').places)
  if (here === undefined || there === undefined) throw new Error('no places')
  enter(here.tcp)
  t.same([there.tcp.value, there.udp.value], [1, 0])
  t.equal(all[0]?.ofService('web').places.tcp.value, 0)
  t.end()
})

t.test('UDP listeners are counted by their place, and all places of all services together', t => {
  const { numbers, all } = share()
  const udp = { protocol: 'udp', host: '*', port: 53, url: 'udp://*:53' } as const
  const tcp = { protocol: 'tcp', host: '*', port: 53, url: ':53' } as const
  const listeners = numbers.listeners([{ ...service([]), name: 'db', listeners: [tcp, udp] }])
  t.same([...listeners.keys()], ['udp * 53'])
  for (const thread of all) thread.place({ places: new Map(), listeners })
  const [here, there] = all.map(thread => thread.ofListener('udp * 53'))
  if (here === undefined || there === undefined) throw new Error('no count')
  enter(here)
  t.equal(there.value, 1)
  const [one, other] = all.map(thread => thread.ofService('db').all)
  const web = all[0]?.ofService('web').all
  if (one === undefined || other === undefined || web === undefined) throw new Error('no count')
  enter(one.tcp)
  enter(web.tcp)
  enter(other.udp)
  t.same([other.tcp.value, one.udp.value], [2, 1])
  numbers.forget(0)
  t.same([there.value, other.tcp.value, one.udp.value], [0, 0, 1], 'what a thread held is taken back')
  t.end()
})

t.test('what has no number cannot be counted', t => {
  const { numbers } = share()
  const thread = new CountsOfThread({ counts: numbers.counts, thread: 0 })
  t.throws(() => thread.ofService('db'), { message: 'a count that has no number' })
  thread.place({ places: numbers.places(PLACES), listeners: new Map() })
  t.throws(() => thread.ofService('db').ofBackend('a'), { message: 'a count that has no number' })
  t.end()
})

t.test('a backend keeps its number as long as it is there, wherever it stands', t => {
  const { publish } = share()
  const [a, b] = publish('db', 'a', 'b')
  t.not(a, b)
  t.same(
    publish('db', 'b', 'c', 'a').filter((_, index) => index !== 1),
    [b, a],
  )
  t.same(publish('db', 'a', 'b', 'c').slice(0, 2), [a, b])
  t.end()
})

t.test('the number of a backend that is gone is used again, and it counts from 0', t => {
  const { numbers, publish, count } = share()
  const [a] = publish('db', 'a', 'b')
  const session = count(0, 'db', 'a')
  enter(session)
  session.subtract()
  publish('db', 'b')
  t.equal(numbers.held('db', 'a'), 0)
  t.throws(() => count(0, 'db', 'a'), 'nor is it counted any more')
  t.same(publish('web', 'c'), [a])
  t.equal(numbers.held('web', 'c'), 0)
  t.end()
})

t.test('a number is not used again while anything is counted by it', t => {
  const { numbers, publish, count } = share()
  const [a, b] = publish('db', 'a', 'b')
  const session = count(1, 'db', 'a')
  enter(session)
  publish('db')
  const [c, d] = publish('db', 'c', 'd')
  t.equal(c, b, 'one by which nothing is')
  t.not(d, a)
  t.equal(numbers.held('db', 'c'), 0)
  session.subtract()
  t.same(publish('db', 'c', 'd', 'e'), [c, d, a])
  t.equal(new Set([c, d, a]).size, 3)
  t.end()
})

t.test('the numbers of a service that is gone are used again as well', t => {
  const { numbers, place, publish, count } = share()
  const before = publish('db', 'a', 'b')
  const places = [...numbers.places(PLACES).values()].flatMap(({ tcp, udp }) => [tcp, udp])
  const session = count(0, 'db', 'b')
  enter(session)
  numbers.free('db')
  numbers.free('db')
  numbers.free('never there')
  t.equal(numbers.held('db', 'b'), 0)
  place(['new'])
  const anew = [
    ...[...numbers.places([{ ...service([]), name: 'new' }]).values()].flatMap(({ tcp, udp }) => [tcp, udp]),
    ...publish('new', 'x', 'y'),
  ]
  const free = new Set([...places, before[0]])
  t.same(
    anew.map(number => free.has(number)),
    [true, true, true, false],
  )
  t.equal(new Set(anew).size, 4)
  t.notOk(anew.includes(before[1] ?? NaN), 'but for the one that still counts')
  t.end()
})

t.test('what a thread held when it ended is taken back, and told by service and backend', t => {
  const { numbers, all, publish, count } = share()
  publish('db', 'a', 'b')
  publish('web', 'a')
  for (const thread of [0, 1, 1]) enter(count(thread, 'db', 'a'))
  enter(count(1, 'web', 'a'))
  for (const thread of all) {
    enter(thread.ofService('db').places.tcp)
    enter(thread.ofService('web').places.udp)
  }
  t.same(numbers.forget(1), {
    places: 2,
    sessions: new Map([
      [
        'db',
        new Map([
          ['a', 2],
          ['b', 0],
        ]),
      ],
      ['web', new Map([['a', 1]])],
    ]),
  })
  t.same([numbers.held('db', 'a'), numbers.held('web', 'a')], [1, 0])
  t.equal(all[0]?.ofService('db').places.tcp.value, 1, 'that of the other thread stays')
  t.equal(numbers.forget(1).places, 0, 'once')
  t.end()
})

t.test('a thread that ends gives back what it held of backends that are gone', t => {
  const { numbers, publish, count } = share()
  const [a] = publish('db', 'a')
  enter(count(1, 'db', 'a'))
  publish('db')
  t.not(publish('db', 'b')[0], a)
  t.same(numbers.forget(1).sessions, new Map([['db', new Map([['b', 0]])]]))
  t.same(publish('db', 'b', 'c')[1], a)
  t.end()
})

t.test('there is an end to the numbers', t => {
  const numbers = new CountNumbers(1)
  // Two count the places of all services.
  const names = Array.from({ length: numbers.counts.size - 2 }, (_, index) => `${index}`)
  const { counts } = numbered(numbers, 'db', names)
  t.equal(new Set(counts).size, names.length)
  t.throws(() => numbered(numbers, 'web', ['one more']), /more than 65536 counts/)
  numbered(numbers, 'db', names.slice(1))
  t.same(numbered(numbers, 'web', ['one more']).counts, [counts[0]])
  t.end()
})
