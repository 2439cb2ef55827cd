import t from 'tap'
import {
  deriveCaps,
  MOST_ADMIN_CONNECTIONS,
  unboundCaps,
  type CapsRequest,
} from '../../../src/config/caps.js'
import { parseBackend } from '../../../src/config/backend-spec.js'
import { parseListener } from '../../../src/config/listener.js'

function request(
  name: string,
  urls: string[],
  limits: { tcp?: number; udp?: number; backends?: number } = {},
): CapsRequest {
  return {
    name,
    listeners: urls.map(url => parseListener('--listen', url)),
    backends: Array.from({ length: limits.backends ?? 2 }, (_, index) =>
      parseBackend({ path: '--backend', text: `b${index}:1` }),
    ),
    maxConnections: limits.tcp,
    maxUdpSessions: limits.udp ?? 10_000,
    paths: { listeners: [], maxConnections: `${name} tcp`, maxUdpSessions: `${name} udp`, sendSource: '' },
  }
}

const caps = (limit: number, ...requests: CapsRequest[]) => {
  const { services, warnings } = deriveCaps(limit, requests, 1)
  return { services: Object.fromEntries(services), warnings }
}

t.test('gives a TCP service what the reserve leaves, two descriptors a session', t => {
  // 256 - 2 probes - 34 admin - 1 listener - 28 runtime - 8 of the data thread = 183
  t.same(caps(256, request('a', [':1'])), {
    services: { a: { maxConnections: 91, maxUdpSessions: 10_000 } },
    warnings: [],
  })
  // one address needs one socket
  t.equal(caps(256, request('a', ['udp://127.0.0.1:1'])).services.a?.maxUdpSessions, 183)
  t.same(caps(256, request('a', ['unix:/x'])).services.a, { maxConnections: 91, maxUdpSessions: 10_000 })
  t.end()
})

t.test('leaves room for every connection of the admin server', t => {
  const used = 2 * (caps(1024, request('a', [':1'])).services.a?.maxConnections ?? Infinity)
  t.ok(used + MOST_ADMIN_CONNECTIONS + 2 + 2 + 1 <= 1024)
  t.end()
})

t.test('still has 60 sessions at a limit of 256, however many backends are probed', t => {
  const few = caps(256, request('a', [':1'], { backends: 64 })).services.a
  const many = caps(256, request('a', [':1'], { backends: 500 })).services.a
  t.same(many, few)
  t.equal(few?.maxConnections, 60)
  t.end()
})

t.test('keeps descriptors for the listeners and the event loop of each data thread', t => {
  const of = (workers: number): number | undefined =>
    deriveCaps(1024, [request('a', [':1'])], workers).services.get('a')?.maxConnections
  t.equal((of(1) ?? 0) - (of(5) ?? 0), (4 * (1 + 8)) / 2)
  t.end()
})

t.test('shares halves between TCP and UDP, and equal parts between services', t => {
  // 1024 - 2 probes - 34 - 1 - 16 for the wildcard of UDP - 36 = 935
  t.same(caps(1024, request('a', [':1', 'udp://:1'])).services.a, {
    maxConnections: 233,
    maxUdpSessions: 467,
  })
  // 1024 - 6 - 34 - 2 - 2 * 16 - 36 = 914: 457 for TCP of two services, 457 for UDP of two
  const shared = caps(
    1024,
    request('a', [':1']),
    request('b', [':2', 'udp://:2']),
    request('c', ['udp://:3']),
  )
  t.same(shared.services, {
    a: { maxConnections: 114, maxUdpSessions: 10_000 },
    b: { maxConnections: 114, maxUdpSessions: 228 },
    c: { maxConnections: 457, maxUdpSessions: 228 },
  })
  t.same(shared.warnings, [], 'a default may be lowered without a word')
  t.end()
})

t.test('gives what one does not ask for to the others', t => {
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { udp: 100 })), {
    services: { a: { maxConnections: 417, maxUdpSessions: 100 } },
    warnings: [],
  })
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { tcp: 10 })), {
    services: { a: { maxConnections: 10, maxUdpSessions: 915 } },
    warnings: [],
  })
  t.equal(caps(1_000_000, request('a', [':1', 'udp://:1'])).services.a?.maxUdpSessions, 10_000)
  t.end()
})

t.test('lowers and reports what was asked for and does not fit', t => {
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { tcp: 5000, udp: 20_000 })), {
    services: { a: { maxConnections: 233, maxUdpSessions: 467 } },
    warnings: [
      { service: 'a', flag: '--max-connections', path: 'a tcp', asked: 5000, allowed: 233 },
      { service: 'a', flag: '--max-udp-sessions', path: 'a udp', asked: 20_000, allowed: 467 },
    ],
  })
  t.same(caps(256, request('a', [':1'], { tcp: 91 })).warnings, [], 'exactly what fits')
  t.end()
})

t.test('where sessions have no descriptors, what was asked for holds', t => {
  const { services, ...rest } = unboundCaps([
    { ...request('a', [':1'], { tcp: 10_000_000 }), given: new Set(['maxConnections']) },
    { ...request('b', ['udp://:1'], { udp: 5 }), given: new Set(['maxUdpSessions']) },
  ])
  t.same(rest, { descriptors: 0, warnings: [] })
  t.same(Object.fromEntries(services), {
    a: { maxConnections: 10_000_000, maxUdpSessions: Infinity },
    b: { maxConnections: Infinity, maxUdpSessions: 5 },
  })
  t.end()
})

t.test('is never below 1, and never above what a counter holds', t => {
  t.same(caps(10, request('a', [':1', 'udp://:1'], { tcp: 3 })), {
    services: { a: { maxConnections: 1, maxUdpSessions: 1 } },
    warnings: [{ service: 'a', flag: '--max-connections', path: 'a tcp', asked: 3, allowed: 1 }],
  })
  t.same(caps(10, request('a', ['udp://:1'])).services.a, { maxConnections: 1, maxUdpSessions: 1 })
  t.same(caps(Number.POSITIVE_INFINITY, request('a', [':1'])).services.a, {
    maxConnections: Math.floor((2 ** 31 - 1 - 73) / 2),
    maxUdpSessions: 10_000,
  })
  t.end()
})
