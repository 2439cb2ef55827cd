import t from 'tap'
import { loggedAt } from '../../fixtures/balanced-tcp.js'
import { startFaulty } from '../../fixtures/faulty-threads.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const INTERVAL = 50
const PROBES = 100
/** What the machine, not the program, may take away from one probe. */
const TOLERANCE = 200

t.test('a data path that is busy all the time delays no probe, no scrape and no signal', async t => {
  const server = await serveTcp(t, echo)
  const { evenkeel, order } = await startFaulty(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, '--log-level', 'debug'],
    ...['--probe-interval', `${INTERVAL}ms`, '--probe-timeout', `${INTERVAL}ms`, '--drain-timeout', '0'],
  ])
  await order(0, 'toil')
  const before = evenkeel.events.length
  const probes = await evenkeel.until(
    () => Promise.resolve(evenkeel.events.slice(before).filter(({ event }) => event === 'probe')),
    seen => seen.length >= PROBES,
  )
  const times = probes.slice(0, PROBES).map(loggedAt)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? NaN))
  const late = gaps.filter(gap => gap > INTERVAL * 1.05 + TOLERANCE)
  t.same(late, [], `${PROBES} probes on time, the longest gap ${Math.max(...gaps)} ms`)
  t.notOk(evenkeel.events.find(event => event['to'] === 'down'))

  const asked = performance.now()
  t.equal((await evenkeel.get('/metrics')).status, 200)
  t.equal((await evenkeel.get('/api/v1/services')).status, 200)
  t.ok(performance.now() - asked < 1000, 'two scrapes, which do not wait for the thread')
  evenkeel.signal('SIGTERM')
  await evenkeel.event('draining')
  evenkeel.signal('SIGTERM')
  t.match(await evenkeel.exit(), { code: 0 })
})
