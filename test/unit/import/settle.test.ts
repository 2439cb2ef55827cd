import t from 'tap'
import type { ServiceDraft } from '../../../src/import/draft.js'
import { Notes } from '../../../src/import/notes.js'
import { settle } from '../../../src/import/settle.js'

function settled(...services: Partial<ServiceDraft>[]) {
  const notes = new Notes('f')
  const draft = settle(
    {
      services: services.map((service, index) => ({
        name: `s${index}`,
        line: index + 1,
        subject: 'listen',
        listen: [`tcp://0.0.0.0:${index + 1}`],
        backends: [{ address: '10.0.0.1:80' }],
        ...service,
      })),
    },
    notes,
  )
  return { services: draft.services, notes: notes.lines() }
}

t.test('names are valid and unique', t => {
  const { services, notes } = settled(
    { name: 'a b' },
    { name: 'a-b', backends: [{ address: 'x:1' }, { address: 'x:1' }] },
  )
  t.match(services, [{ name: 'a-b' }, { name: 'a-b-2', backends: [{ name: 'x:1' }, { name: 'x:1-2' }] }])
  t.same(notes, ['f:1: listen: is called a-b here', 'f:2: listen: is called a-b-2 here'])
  t.end()
})

t.test('a listener belongs to one service, and is given once', t => {
  const { services, notes } = settled(
    { listen: ['tcp://0.0.0.0:1', 'tcp://0.0.0.0:1', 'tcp://[::]:2', 'tcp://0.0.0.0:2'] },
    { listen: ['tcp://0.0.0.0:1'] },
  )
  t.match(services, [{ listen: ['tcp://0.0.0.0:1', 'tcp://*:2'] }])
  t.equal(services.length, 1)
  t.same(notes, [
    'f:2: listen: tcp://0.0.0.0:1 already belongs to another service',
    'f:2: listen: left out: it has no listener that can be carried over',
  ])
  t.end()
})

t.test('a service without servers is left out', t => {
  const { services, notes } = settled({ backends: [] })
  t.same(services, [])
  t.same(notes, ['f:1: listen: left out: it has no server that can be carried over'])
  t.end()
})

t.test('what evenkeel would refuse is left out with its reason', t => {
  const { services, notes } = settled({ backends: [{ address: '10.0.0.1' }] }, {})
  t.equal(services.length, 1)
  t.match(notes, [/^f:1: listen: left out: --backend "10\.0\.0\.1,.*no port/])
  t.end()
})

t.test('weights are scaled together, and there are at most a thousand servers', t => {
  const weights = [1, 500, 1000].map((weight, index) => ({ address: `10.0.0.${index}:80`, weight }))
  const scaled = settled({ backends: weights })
  t.same(
    scaled.services[0]?.backends.map(({ weight }) => weight),
    [1, 128, 256],
  )
  t.match(scaled.notes, [/weights are scaled down/])
  const many = settled({ backends: Array.from({ length: 1001 }, () => ({ address: 'a:1' })) })
  t.equal(many.services[0]?.backends.length, 1000)
  t.match(many.notes, [/only the first 1000/])
  t.end()
})

t.test('times are cut to what evenkeel takes', t => {
  const { services } = settled({
    idleTimeout: 1e12,
    connectTimeout: 0.2,
    udpIdleTimeout: 0,
    finTimeout: 0,
    probe: { kind: 'tcp', timeout: 5000, fastInterval: 0, downInterval: 1e12 },
  })
  const year = 365 * 24 * 3_600_000
  t.match(services, [
    {
      idleTimeout: year,
      connectTimeout: 1,
      udpIdleTimeout: 1,
      finTimeout: 0,
      probe: { timeout: 2000, fastInterval: 1, downInterval: year },
    },
  ])
  t.end()
})
