import t from 'tap'
import {
  FLOW_MASK,
  hex,
  KINDS,
  LIVING_MASK,
  markOf,
  MOST_BACKENDS,
  MOST_SERVICES,
  OVER_BIT,
  readMark,
  REFUSAL_KINDS,
  SERVICE_MASK,
  STATES,
  UDP_BIT,
} from '../../../../src/datapath/kernel/marks.js'

t.test('a mark is read as it was made, up to the largest numbers', t => {
  for (const service of [1, 2, 0x2000, MOST_SERVICES]) {
    for (const backend of [0, 1, 0x2000, MOST_BACKENDS]) {
      for (const protocol of ['tcp', 'udp'] as const) {
        const mark = markOf(service, backend, protocol)
        t.ok(mark > 0 && mark <= 0xffffffff, hex(mark))
        for (const low of [0, 5, 7]) t.same(readMark(mark + low), { service, backend, protocol, low })
      }
    }
  }
  t.equal(markOf(4, 1), markOf(4, 1, 'tcp'), 'TCP unless told otherwise')
  t.end()
})

t.test('the masks cut a mark where its parts meet', t => {
  const mark = markOf(MOST_SERVICES, MOST_BACKENDS, 'udp') + 7
  t.equal(mark, 0xffffffff)
  t.equal((mark & SERVICE_MASK) >>> 0, markOf(MOST_SERVICES, 0))
  t.equal((mark & FLOW_MASK) >>> 0, markOf(MOST_SERVICES, MOST_BACKENDS, 'udp'))
  t.equal((mark & UDP_BIT) >>> 0, markOf(0, 0, 'udp'))
  t.equal((mark & LIVING_MASK) >>> 0, markOf(MOST_SERVICES, MOST_BACKENDS, 'udp') + OVER_BIT)
  t.end()
})

t.test('states and kinds fit into the lowest bits, each its own, and over is a bit of those that are', t => {
  for (const numbers of [STATES, KINDS, REFUSAL_KINDS].map(names => Object.values(names))) {
    t.equal(new Set(numbers).size, numbers.length)
    t.ok(Math.max(...numbers) < UDP_BIT)
  }
  const over = Object.entries(STATES).filter(([, state]) => (state & OVER_BIT) !== 0)
  t.same(
    over.map(([name]) => name),
    ['closed', 'refused'],
  )
  t.end()
})

t.test('marks are written with eight digits', t => {
  t.equal(hex(0), '0x00000000')
  t.equal(hex(markOf(4, 1)), '0x00100010')
  t.equal(hex(-8), '0xfffffff8')
  t.end()
})
