import t from 'tap'
import { NO_READING, Track } from '../../../../src/control/history/track.js'

t.test('each number has its own place, and three digits at most', t => {
  const track = new Track(2)
  track.set(0, { sessions: 1, connections: 2, bytesToBackend: 3, bytesToClient: 4.00049, probeMs: 0.1 })
  t.strictSame(track.read('db1', [1, 0]), {
    name: 'db1',
    sessions: [null, 1],
    connections: [null, 2],
    bytesToBackend: [null, 3],
    bytesToClient: [null, 4],
    probeMs: [null, 0.1],
  })
  track.set(0, NO_READING)
  t.strictSame(track.read('db1', [0]).sessions, [null])
  t.end()
})
