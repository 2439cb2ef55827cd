import t from 'tap'
import { balance, idsOf, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const EACH = 5
const TEXT = 'x'.repeat(1000)
/** What packets add to payload at most, where bytes are counted in packets: headers, handshake and ends. */
const OVERHEAD = 100 * 60

t.test(
  'TCP sessions are counted, with their bytes and how they end',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    const evenkeel = await balance(t, net, backends, UNPROBED)
    const noLeaks = watchForLeaks(t, evenkeel)
    const ids = idsOf(await client.do('open', { ...targetOf(net), count: 4 * EACH }))
    const perBackend = 2 * EACH
    await client.do('say', { ids, text: TEXT })
    for (const backend of ['a', 'b']) {
      const labels = { backend, protocol: 'tcp' }
      const active = () => evenkeel.metric('evenkeel_sessions_active', labels)
      t.equal(await within(2000, active, count => count === perBackend), perBackend, `active at ${backend}`)
      t.equal(await evenkeel.metric('evenkeel_sessions_total', labels), perBackend, `all of ${backend}`)
      for (const direction of ['to_backend', 'to_client']) {
        const payload = perBackend * TEXT.length
        const bytes = () => evenkeel.metric('evenkeel_bytes_total', { ...labels, direction })
        const counted = await within(2000, bytes, count => count >= payload)
        t.ok(
          counted >= payload && counted <= payload + perBackend * OVERHEAD,
          `${counted} bytes ${direction}`,
        )
      }
    }

    const part = (index: number) => ids.slice(index * EACH, (index + 1) * EACH)
    await client.do('leave', { ids: part(0), how: 'end' })
    await client.do('say', { ids: part(1), text: '!end' })
    await client.do('leave', { ids: part(1), how: 'end' })
    await client.do('leave', { ids: part(2), how: 'abort' })
    await client.do('say', { ids: part(3), text: '!reset' })
    for (const reason of ['client-closed', 'backend-closed', 'client-aborted', 'backend-aborted']) {
      const closed = () => evenkeel.metric('evenkeel_sessions_closed_total', { reason, protocol: 'tcp' })
      t.equal(await within(5000, closed, count => count === EACH), EACH, reason)
    }
    t.equal(await evenkeel.metric('evenkeel_sessions_closed_total'), 4 * EACH, 'each once')
    await noLeaks()
  },
)

t.test('UDP sessions and datagrams are counted', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, ['--udp-idle-timeout', '2s'], { protocols: ['udp'] })
  const noLeaks = watchForLeaks(t, evenkeel)
  const ids = (await client.do('openUdp', { count: 2 * EACH })).map(({ id }) => id)
  for (let count = 0; count < 4; count++) await client.do('askUdp', { ids, ...targetOf(net) })
  for (const backend of ['a', 'b']) {
    const sessions = () => evenkeel.metric('evenkeel_sessions_total', { backend, protocol: 'udp' })
    t.equal(await within(2000, sessions, count => count === EACH), EACH, `sessions of ${backend}`)
    for (const direction of ['to_backend', 'to_client']) {
      const datagrams = () => evenkeel.metric('evenkeel_datagrams_total', { backend, direction })
      t.equal(await within(2000, datagrams, count => count === 4 * EACH), 4 * EACH, `${backend} ${direction}`)
    }
  }
  const idle = () => evenkeel.metric('evenkeel_sessions_closed_total', { reason: 'idle-timeout' })
  t.equal(await within(6000, idle, count => count === 2 * EACH), 2 * EACH, 'and end when they are idle')
  await noLeaks()
})
