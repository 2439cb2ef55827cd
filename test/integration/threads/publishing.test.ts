import t from 'tap'
import { balanceTcp } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { echoed } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

/** With least-latency each probe that passes is a snapshot: 10 backends each 100 ms are 100 a second. */
const BACKENDS = 10
const FLAGS = ['--balance', 'least-latency', '--probe-interval', '100ms', '--log-level', 'debug']
const CLIENTS = 20
const PROBES = 300

for (const workers of withoutSharedPorts === false ? ['1', '2'] : ['1']) {
  t.test(`snapshots 100 times a second and scrapes cost no connection: ${workers} workers`, async t => {
    const servers = await Promise.all(Array.from({ length: BACKENDS }, () => serveTcp(t, echo)))
    const addresses = servers.map(({ address }) => address)
    const evenkeel = await balanceTcp(t, addresses, [...FLAGS, '--workers', workers])
    const noLeaks = watchForLeaks(t, evenkeel)
    const enough = (): boolean => evenkeel.events.filter(({ event }) => event === 'probe').length >= PROBES
    const wrong: string[] = []
    let served = 0
    await Promise.all([
      ...Array.from({ length: CLIENTS }, async () => {
        while (!enough()) {
          const answer = await echoed(evenkeel.port, 'hello')
          if (answer === 'hello') served++
          else wrong.push(answer)
        }
      }),
      (async () => {
        while (!enough()) await evenkeel.get('/metrics')
      })(),
    ])
    t.same(wrong, [])
    await noLeaks()
    t.equal(await evenkeel.metric('evenkeel_sessions_total'), served)
    t.equal(await evenkeel.metric('evenkeel_refused_total'), 0)
  })
}
