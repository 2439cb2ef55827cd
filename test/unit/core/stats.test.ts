import t from 'tap'
import { addStats, withAtLeast, withoutSessions } from '../../../src/core/stats.js'
import { backendStats, serviceStats, sessionStats } from '../../fixtures/service-stats.js'

const histogram = (first: number, second: number, sum: number) => ({
  bounds: [0.1, 1],
  counts: [first, second],
  count: second,
  sum,
})

t.test('adds what two parts counted', t => {
  const one = serviceStats('s', {
    refused: { tcp: { limit: 1 }, udp: {} },
    dropped: { loop: 2 },
    connectDuration: histogram(1, 2, 3),
    backends: [
      backendStats('a', {
        sessions: {
          tcp: sessionStats({ total: 3, active: 1, closed: { killed: 2 } }),
          udp: sessionStats({}),
        },
        datagramsToBackend: 5,
        connectErrors: { ECONNREFUSED: 1 },
      }),
    ],
  })
  const other = serviceStats('s', {
    refused: { tcp: { limit: 1, 'no-backend': 4 }, udp: { limit: 7 } },
    dropped: { limit: 1 },
    connectDuration: histogram(0, 5, 0.5),
    backends: [
      backendStats('b', { datagramsToClient: 1 }),
      backendStats('a', {
        sessions: {
          tcp: sessionStats({ total: 10, active: 2, closed: { killed: 1, shutdown: 7 }, bytesToClient: 9 }),
          udp: sessionStats({ total: 1, active: 1, bytesToBackend: 4 }),
        },
        datagramsToBackend: 1,
        connectErrors: { ECONNREFUSED: 1, ETIMEDOUT: 2 },
      }),
    ],
  })
  const sum = addStats(one, other)
  t.match(sum, {
    service: 's',
    refused: { tcp: { limit: 2, 'no-backend': 4 }, udp: { limit: 7 } },
    dropped: { loop: 2, limit: 1 },
    connectDuration: histogram(1, 7, 3.5),
    backends: [
      {
        backend: 'a',
        sessions: {
          tcp: {
            total: 13,
            active: 3,
            closed: { killed: 3, shutdown: 7 },
            bytesToBackend: 0,
            bytesToClient: 9,
          },
          udp: { total: 1, active: 1, bytesToBackend: 4 },
        },
        datagramsToBackend: 6,
        datagramsToClient: 0,
        connectErrors: { ECONNREFUSED: 2, ETIMEDOUT: 2 },
      },
      { backend: 'b', datagramsToClient: 1 },
    ],
  })
  t.equal(sum.backends.length, 2)
  t.same(
    addStats(other, one).backends.map(({ backend }) => backend),
    ['b', 'a'],
    'in the order of the first',
  )
  t.end()
})

t.test('the sessions of a part that has ended have ended as well', t => {
  const stats = serviceStats('s', {
    backends: [
      backendStats('a', {
        sessions: {
          tcp: sessionStats({ total: 5, active: 2, closed: { killed: 1, 'worker-failed': 2 } }),
          udp: sessionStats({ total: 1 }),
        },
      }),
    ],
  })
  t.match(withoutSessions(stats, 'worker-failed').backends, [
    {
      sessions: {
        tcp: { total: 5, active: 0, closed: { killed: 1, 'worker-failed': 4 } },
        udp: { total: 1, active: 0, closed: {} },
      },
    },
  ])
  t.end()
})

t.test('sessions that are known of and were not counted yet are added', t => {
  const stats = serviceStats('s', {
    backends: [
      backendStats('a', { sessions: { tcp: sessionStats({ total: 5, active: 2 }), udp: sessionStats({}) } }),
      backendStats('b', { sessions: { tcp: sessionStats({}), udp: sessionStats({ total: 9, active: 1 }) } }),
      backendStats('c'),
      backendStats('d', { sessions: { tcp: sessionStats({ total: 4, active: 4 }), udp: sessionStats({}) } }),
    ],
  })
  const known = new Map([
    ['a', 3],
    ['b', 4],
    ['d', 1],
  ])
  t.match(
    withAtLeast(stats, known).backends.map(({ sessions }) => sessions),
    [
      { tcp: { total: 6, active: 3 }, udp: { total: 0, active: 0 } },
      { tcp: { total: 0, active: 0 }, udp: { total: 12, active: 4 } },
      { tcp: { total: 0, active: 0 }, udp: { total: 0, active: 0 } },
      { tcp: { total: 4, active: 4 }, udp: { total: 0, active: 0 } },
    ],
  )
  t.end()
})

t.test('a histogram with fewer bounds adds what it has', t => {
  const short = { bounds: [0.1], counts: [4], count: 5, sum: 1 }
  const one = serviceStats('s', { connectDuration: histogram(1, 2, 3) })
  const sum = addStats(one, serviceStats('s', { connectDuration: short }))
  t.same(sum.connectDuration, { bounds: [0.1, 1], counts: [5, 2], count: 7, sum: 4 })
  t.end()
})
