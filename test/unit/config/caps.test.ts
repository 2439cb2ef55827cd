import t from 'tap'
import { deriveCaps, MOST_ADMIN_CONNECTIONS, type CapsRequest } from '../../../src/config/caps.js'
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
      parseBackend('--backend', `b${index}:1`),
    ),
    maxConnections: limits.tcp,
    maxUdpSessions: limits.udp ?? 10_000,
  }
}

const caps = (limit: number, ...requests: CapsRequest[]) => {
  const { services, warnings } = deriveCaps(limit, requests)
  return { services: Object.fromEntries(services), warnings }
}

t.test('gives a TCP service what the reserve leaves, two descriptors a session', t => {
  // 256 - 2 probes - 34 admin - 1 listener - 32 runtime = 187
  t.same(caps(256, request('a', [':1'])), {
    services: { a: { maxConnections: 93, maxUdpSessions: 10_000 } },
    warnings: [],
  })
  // one address needs one socket
  t.equal(caps(256, request('a', ['udp://127.0.0.1:1'])).services.a?.maxUdpSessions, 187)
  t.same(caps(256, request('a', ['unix:/x'])).services.a, { maxConnections: 93, maxUdpSessions: 10_000 })
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
  t.equal(few?.maxConnections, 62)
  t.end()
})

t.test('shares halves between TCP and UDP, and equal parts between services', t => {
  // 1024 - 2 probes - 34 - 1 - 16 for the wildcard of UDP - 32 = 939
  t.same(caps(1024, request('a', [':1', 'udp://:1'])).services.a, {
    maxConnections: 234,
    maxUdpSessions: 469,
  })
  // 1024 - 6 - 34 - 2 - 2 * 16 - 32 = 918: 459 for TCP of two services, 459 for UDP of two
  const shared = caps(
    1024,
    request('a', [':1']),
    request('b', [':2', 'udp://:2']),
    request('c', ['udp://:3']),
  )
  t.same(shared.services, {
    a: { maxConnections: 114, maxUdpSessions: 10_000 },
    b: { maxConnections: 114, maxUdpSessions: 229 },
    c: { maxConnections: 459, maxUdpSessions: 229 },
  })
  t.same(shared.warnings, [], 'a default may be lowered without a word')
  t.end()
})

t.test('gives what one does not ask for to the others', t => {
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { udp: 100 })), {
    services: { a: { maxConnections: 419, maxUdpSessions: 100 } },
    warnings: [],
  })
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { tcp: 10 })), {
    services: { a: { maxConnections: 10, maxUdpSessions: 919 } },
    warnings: [],
  })
  t.equal(caps(1_000_000, request('a', [':1', 'udp://:1'])).services.a?.maxUdpSessions, 10_000)
  t.end()
})

t.test('lowers and reports what was asked for and does not fit', t => {
  t.same(caps(1024, request('a', [':1', 'udp://:1'], { tcp: 5000, udp: 20_000 })), {
    services: { a: { maxConnections: 234, maxUdpSessions: 469 } },
    warnings: [
      { service: 'a', flag: '--max-connections', asked: 5000, allowed: 234 },
      { service: 'a', flag: '--max-udp-sessions', asked: 20_000, allowed: 469 },
    ],
  })
  t.same(caps(256, request('a', [':1'], { tcp: 93 })).warnings, [], 'exactly what fits')
  t.end()
})

t.test('is never below 1, and never above what a counter holds', t => {
  t.same(caps(10, request('a', [':1', 'udp://:1'], { tcp: 3 })), {
    services: { a: { maxConnections: 1, maxUdpSessions: 1 } },
    warnings: [{ service: 'a', flag: '--max-connections', asked: 3, allowed: 1 }],
  })
  t.same(caps(10, request('a', ['udp://:1'])).services.a, { maxConnections: 1, maxUdpSessions: 1 })
  t.same(caps(Number.POSITIVE_INFINITY, request('a', [':1'])).services.a, {
    maxConnections: Math.floor((2 ** 31 - 1 - 69) / 2),
    maxUdpSessions: 10_000,
  })
  t.end()
})
