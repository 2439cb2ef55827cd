import t from 'tap'
import { KINDS, markOf, REFUSAL_KINDS, type Kind } from '../../../../src/datapath/kernel/marks.js'
import type { Counter } from '../../../../src/datapath/kernel/nftables.js'
import type { Numbered } from '../../../../src/datapath/kernel/numbers.js'
import { Tally } from '../../../../src/datapath/kernel/tally.js'
import type { Protocol } from '../../../../src/core/outcome.js'
import type { ServiceStats } from '../../../../src/core/stats.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'

const MARK = 9

function numbered(number: number, name = 'a', family: 4 | 6 = 4): Numbered {
  const host = family === 4 ? '10.0.0.1' : '2001:db8::1'
  return { number, name, endpoint: { kind: 'inet', family, host, port: 80 } }
}

/** A tally, and the kernel that it looks at. */
class Kernel {
  readonly tally: Tally
  readonly counters = new Map<number, Counter>()
  readonly living = new Map<string, number>()
  numbers: readonly Numbered[] = [numbered(1)]

  constructor(inherits = false) {
    this.tally = new Tally('db', MARK, inherits)
  }

  /** Something was counted of a number. */
  counted(
    number: number,
    kind: Kind,
    packets: number,
    { protocol = 'tcp' as Protocol, bytes = 0 } = {},
  ): void {
    this.#add(markOf(MARK, number, protocol) + KINDS[kind], packets, bytes)
  }

  refused(protocol: Protocol, reason: keyof typeof REFUSAL_KINDS, packets: number): void {
    this.#add(markOf(MARK, 0, protocol) + REFUSAL_KINDS[reason], packets, 0)
  }

  lives(number: number, flows: number, protocol: Protocol = 'tcp'): void {
    this.living.set(`${protocol} ${number}`, flows)
  }

  /** One look at it all. */
  look(): ServiceStats {
    this.tally.count(new Map(this.counters))
    const living = [...this.living].map(([key, flows]) => {
      const [protocol, number] = key.split(' ')
      return { backend: Number(number), protocol: protocol as Protocol, flows }
    })
    this.tally.live(living, number => this.numbers.find(each => each.number === number)?.name)
    this.tally.settle(this.numbers)
    return this.tally.stats(this.numbers)
  }

  /** A number is forgotten, by the kernel as well. */
  retire(number: number): void {
    const gone = this.numbers.find(each => each.number === number)
    if (gone !== undefined) this.tally.keep(gone)
    this.numbers = this.numbers.filter(each => each !== gone)
    for (const protocol of ['tcp', 'udp'] as const)
      for (const kind of Object.values(KINDS)) this.counters.delete(markOf(MARK, number, protocol) + kind)
  }

  #add(key: number, packets: number, bytes: number): void {
    const known = this.counters.get(key) ?? { packets: 0, bytes: 0 }
    this.counters.set(key, { packets: known.packets + packets, bytes: known.bytes + bytes })
  }
}

t.test('sessions of TCP by how they ended', t => {
  const kernel = new Kernel()
  kernel.look()
  kernel.counted(1, 'given', 20)
  kernel.counted(1, 'clientClosed', 1)
  kernel.counted(1, 'backendClosed', 2)
  kernel.counted(1, 'clientAborted', 3)
  kernel.counted(1, 'backendAborted', 4)
  kernel.counted(1, 'refused', 5)
  kernel.counted(1, 'toBackend', 30, { bytes: 3000 })
  kernel.counted(1, 'toClient', 40, { bytes: 4000 })
  kernel.lives(1, 5)
  const { backends, refused } = kernel.look()
  t.match(backends, [
    {
      backend: 'a',
      sessions: {
        tcp: {
          total: 20,
          active: 5,
          closed: {
            'client-closed': 1,
            'backend-closed': 2,
            'client-aborted': 3,
            'backend-aborted': 4,
            'idle-timeout': undefined,
          },
          bytesToBackend: 3000,
          bytesToClient: 4000,
        },
        udp: { total: 0, active: 0 },
      },
      connectErrors: { ECONNREFUSED: 5 },
    },
  ])
  t.equal(refused.tcp['connect-failed'], 5)
  t.end()
})

t.test('bytes of UDP are those of the datagrams, without headers', t => {
  const kernel = new Kernel()
  kernel.numbers = [numbered(1), numbered(2, 'b', 6)]
  for (const number of [1, 2]) {
    kernel.counted(number, 'given', 1, { protocol: 'udp' })
    kernel.counted(number, 'toBackend', 10, { protocol: 'udp', bytes: 1000 })
    kernel.counted(number, 'toClient', 5, { protocol: 'udp', bytes: 500 })
    kernel.counted(number, 'backendAborted', 3, { protocol: 'udp' })
  }
  const { backends, dropped } = kernel.look()
  t.match(backends, [
    { sessions: { udp: { bytesToBackend: 720, bytesToClient: 360 } }, datagramsToBackend: 10 },
    { sessions: { udp: { bytesToBackend: 520, bytesToClient: 260 } }, datagramsToClient: 5 },
  ])
  t.equal(dropped['backend-down'], 6)
  t.end()
})

t.test('clients that were refused', t => {
  const kernel = new Kernel()
  for (const [index, reason] of (
    ['denied', 'limit', 'client-limit', 'rate', 'no-backend'] as const
  ).entries()) {
    kernel.refused('tcp', reason, index + 1)
    kernel.refused('udp', reason, 10 * (index + 1))
  }
  const { refused, dropped } = kernel.look()
  t.same(refused.tcp, {
    denied: 1,
    limit: 2,
    'client-limit': 3,
    rate: 4,
    'no-backend': 5,
    'connect-failed': 0,
  })
  t.same(refused.udp, { denied: 10, limit: 20, 'client-limit': 30, rate: 40, 'no-backend': 50 })
  t.match(dropped, { limit: 20, 'no-backend': 50, 'backend-down': 0 })
  t.end()
})

t.test('errors that no counter has', t => {
  const kernel = new Kernel()
  kernel.counted(1, 'refused', 2)
  kernel.tally.failed('a', 'ETIMEDOUT')
  kernel.tally.failed('a', 'ETIMEDOUT')
  const { backends, refused } = kernel.look()
  t.same(backends[0]?.connectErrors, { ECONNREFUSED: 2, ETIMEDOUT: 2 })
  t.equal(refused.tcp['connect-failed'], 4)
  t.end()
})

t.test('the numbers of a backend are added up, and none of another one is', t => {
  const kernel = new Kernel()
  kernel.numbers = [numbered(1), numbered(2, 'b'), numbered(3)]
  for (const number of [1, 2, 3]) {
    kernel.counted(number, 'given', number)
    kernel.lives(number, number)
  }
  const { backends } = kernel.look()
  t.match(backends, [
    { backend: 'a', sessions: { tcp: { total: 4, active: 4 } } },
    { backend: 'b', sessions: { tcp: { total: 2, active: 2 } } },
  ])
  t.equal(kernel.tally.active('a'), 4)
  t.equal(kernel.tally.active('a', 'udp'), 0)
  t.equal(kernel.tally.activeOf(3), 3)
  t.equal(kernel.tally.activeOf(3, 'udp'), 0)
  t.equal(kernel.tally.active('c'), 0)
  t.equal(kernel.tally.given(kernel.numbers), 6)
  t.end()
})

t.test('signs of life are connections that were not refused, and datagrams that came back', t => {
  const kernel = new Kernel()
  kernel.counted(1, 'given', 5)
  kernel.counted(1, 'refused', 2)
  kernel.counted(1, 'given', 7, { protocol: 'udp' })
  kernel.counted(1, 'toClient', 4, { protocol: 'udp' })
  kernel.look()
  t.equal(kernel.tally.signsOf(1), 7)
  t.equal(kernel.tally.givenTo(1), 12)
  t.end()
})

t.test('a session that is missing twice ended because nobody used it', t => {
  const kernel = new Kernel()
  const idle = (): number => kernel.look().backends[0]?.sessions.tcp.closed['idle-timeout'] ?? 0
  idle()
  kernel.counted(1, 'given', 10)
  kernel.lives(1, 8)
  t.equal(idle(), 0, 'two may have come after they were counted')
  kernel.lives(1, 10)
  t.equal(idle(), 0)
  kernel.lives(1, 7)
  t.equal(idle(), 0)
  kernel.lives(1, 6)
  t.equal(idle(), 3, 'the fourth was missing but once')
  t.equal(idle(), 4)
  t.equal(idle(), 4, 'each once')
  kernel.counted(1, 'clientClosed', 6)
  kernel.lives(1, 0)
  t.equal(idle(), 4)
  t.equal(idle(), 4)
  t.end()
})

t.test('a session of UDP that is over was not used any more', t => {
  const kernel = new Kernel()
  kernel.look()
  kernel.counted(1, 'given', 4, { protocol: 'udp' })
  kernel.lives(1, 4, 'udp')
  kernel.look()
  kernel.tally.ended('a', 'udp', 'backend-down', 1)
  kernel.lives(1, 0, 'udp')
  kernel.look()
  t.same(kernel.look().backends[0]?.sessions.udp.closed, { 'backend-down': 1, 'idle-timeout': 3 })
  t.end()
})

for (const inherits of [false, true]) {
  const heir = inherits ? 'heir' : 'first process'
  t.test(`${heir}: sessions that were given before the first look are not missing after it`, t => {
    const kernel = new Kernel(inherits)
    kernel.counted(1, 'given', 10)
    kernel.counted(1, 'clientClosed', 2)
    kernel.lives(1, 8)
    kernel.look()
    kernel.look()
    t.equal(kernel.look().backends[0]?.sessions.tcp.closed['idle-timeout'], undefined)
    kernel.lives(1, 5)
    kernel.look()
    t.equal(kernel.look().backends[0]?.sessions.tcp.closed['idle-timeout'], 3)
    t.end()
  })
}

t.test('sessions that an earlier process gave are known when they end', t => {
  const kernel = new Kernel(true)
  kernel.counted(1, 'given', 2)
  kernel.counted(1, 'clientClosed', 1)
  kernel.lives(1, 6)
  kernel.look()
  kernel.counted(1, 'clientClosed', 2)
  kernel.lives(1, 3)
  kernel.look()
  const [back] = kernel.look().backends
  t.match(back?.sessions.tcp, { total: 2, active: 3, closed: { 'client-closed': 3, 'idle-timeout': 1 } })
  t.end()
})

t.test('sessions that came while the first look was taken are not missing later', t => {
  const kernel = new Kernel()
  kernel.counted(1, 'given', 5)
  kernel.lives(1, 7)
  kernel.look()
  kernel.counted(1, 'given', 2)
  kernel.look()
  t.equal(kernel.look().backends[0]?.sessions.tcp.closed['idle-timeout'], undefined)
  t.end()
})

t.test('totals never go backwards, whatever becomes of the numbers', t => {
  const random = seededRandom(31)
  const kernel = new Kernel()
  let next = 1
  let before: readonly number[] = []
  const numbersOf = ({ backends }: ServiceStats): readonly number[] =>
    backends.flatMap(({ sessions: { tcp, udp }, datagramsToBackend, datagramsToClient, connectErrors }) => [
      ...[tcp, udp].flatMap(({ total, closed, bytesToBackend, bytesToClient }) => [
        total,
        bytesToBackend,
        bytesToClient,
        ...(['client-closed', 'backend-aborted', 'idle-timeout', 'killed'] as const).map(
          reason => closed[reason] ?? 0,
        ),
      ]),
      datagramsToBackend,
      datagramsToClient,
      connectErrors['ECONNREFUSED'] ?? 0,
    ])
  for (let round = 0; round < 400; round++) {
    const { number } = kernel.numbers[Math.floor(random() * kernel.numbers.length)] ?? numbered(1)
    for (const kind of Object.keys(KINDS) as Kind[])
      for (const protocol of ['tcp', 'udp'] as const)
        kernel.counted(number, kind, 2, { protocol, bytes: 200 })
    kernel.lives(number, Math.floor(random() * 9))
    if (random() < 0.2) kernel.numbers = [...kernel.numbers, numbered(++next)]
    const [oldest] = kernel.numbers
    if (random() < 0.2 && oldest !== undefined && kernel.numbers.length > 1) {
      kernel.living.delete(`tcp ${oldest.number}`)
      kernel.retire(oldest.number)
    }
    if (random() < 0.1) kernel.tally.ended('a', 'tcp', 'killed', 1)
    const after = numbersOf(kernel.look())
    if (after.some((value, index) => value < (before[index] ?? 0)))
      t.fail(`${before.join(' ')} -> ${after.join(' ')}`)
    before = after
  }
  t.ok(next > 20)
  t.end()
})

t.test('totals go on when the kernel counts anew, because somebody removed the table', t => {
  const kernel = new Kernel()
  kernel.counted(1, 'given', 5)
  kernel.counted(1, 'clientClosed', 5)
  kernel.refused('tcp', 'limit', 2)
  kernel.look()
  for (const key of kernel.counters.keys()) kernel.counters.set(key, { packets: 0, bytes: 0 })
  kernel.counted(1, 'given', 3)
  kernel.lives(1, 3)
  kernel.look()
  const { backends, refused } = kernel.look()
  t.match(backends[0]?.sessions.tcp, {
    total: 8,
    active: 3,
    closed: { 'client-closed': 5, 'idle-timeout': undefined },
  })
  t.equal(refused.tcp.limit, 2)
  t.equal(kernel.tally.givenTo(1), 8)
  kernel.retire(1)
  kernel.numbers = [numbered(1)]
  t.equal(kernel.look().backends[0]?.sessions.tcp.total, 8, 'each once, even if the number is used again')
  t.end()
})

t.test('a backend that is forgotten begins at nothing', t => {
  const kernel = new Kernel(true)
  kernel.lives(1, 3)
  kernel.look()
  kernel.lives(1, 0)
  kernel.counted(1, 'given', 5)
  kernel.tally.failed('a', 'ETIMEDOUT')
  kernel.look()
  kernel.look()
  kernel.retire(1)
  kernel.tally.forget('a')
  t.same(kernel.look().backends, [])
  kernel.numbers = [numbered(2)]
  kernel.look()
  const [back] = kernel.look().backends
  t.match(back, { sessions: { tcp: { total: 0, closed: { 'idle-timeout': undefined } } } })
  t.same(back?.connectErrors, {})
  t.end()
})
