import t from 'tap'
import { placesOf, type Listener } from '../../../src/core/service.js'

function on(protocol: 'tcp' | 'udp', host: string, port: number): Listener {
  return { protocol, host, port, url: `${protocol}://${host}:${port}` }
}

function unix(path: string): Listener {
  return { protocol: 'unix', path, url: `unix:${path}` }
}

function places(name: string, ...listeners: Listener[]): readonly string[] {
  return placesOf({ name, listeners })
}

t.test('a place is where clients connect, whosever it is and however it was written', t => {
  const listeners = [on('tcp', '*', 5432), on('udp', '*', 53), unix('/run/db.sock')]
  const moved = [unix('/run/db.sock'), { ...on('tcp', '*', 5432), url: 'tcp://:5432' }, on('udp', '*', 53)]
  t.same(new Set(places('db', ...listeners)), new Set(places('other', ...moved)))
  t.end()
})

t.test('different places are told apart', t => {
  const listeners = [
    on('tcp', '*', 53),
    on('udp', '*', 53),
    on('tcp', '127.0.0.1', 53),
    on('tcp', '*', 54),
    on('tcp', '*', 0),
    on('udp', '*', 0),
    on('tcp', '::1', 0),
    unix('/a'),
    unix('/b'),
  ]
  t.equal(new Set(places('db', ...listeners)).size, listeners.length)
  t.end()
})

t.test('those that take any free port are told apart by their service and their number in it', t => {
  const any = on('tcp', '127.0.0.1', 0)
  const [first, second] = places('db', any, any)
  t.not(first, second)
  t.same(places('db', unix('/a'), any, on('tcp', '127.0.0.1', 9), any, on('udp', '127.0.0.1', 0)), [
    'unix /a',
    first,
    'tcp 127.0.0.1 9',
    second,
    'udp 127.0.0.1 db 0',
  ])
  t.not(places('other', any)[0], first)
  t.end()
})

t.test('a service without listeners has no place', t => {
  t.same(places('db'), [])
  t.end()
})
