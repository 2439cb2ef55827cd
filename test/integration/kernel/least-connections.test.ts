import t from 'tap'
import { balance, network, setBackend, tallied, targetOf } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { FarBackend } from '../../fixtures/far-backend.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

/** By when the kernel has been told how many connections each backend has. */
const TOLD_MS = 250
const HELD = 20
const VISITS = 120

for (const algorithm of ['least-connections', 'random-two']) {
  t.test(algorithm, { skip: needsRoutedNetwork() }, async t => {
    const { net, client } = await network(t, [])
    const holding = await FarBackend.start(t, net, 'holding')
    const free = await FarBackend.start(t, net, 'free', { brief: true })
    const evenkeel = await balance(t, net, [holding, free], [...UNPROBED, '--balance', algorithm])
    const visit = { ...targetOf(net), count: VISITS }

    const idle = tallied(await client.do('visit', visit))
    t.ok((idle['holding'] ?? 0) >= VISITS / 4, 'while idle, each has its share', { idle })
    t.ok((idle['free'] ?? 0) >= VISITS / 4, 'and so has the other', { idle })

    await setBackend(evenkeel, 'free', { state: 'drain' })
    const held = await client.do('open', { ...targetOf(net), count: HELD })
    t.same(tallied(held), { holding: HELD })
    await setBackend(evenkeel, 'free', { state: 'ready' })
    await evenkeel.until(
      () => evenkeel.metric('evenkeel_sessions_active', { backend: 'holding' }),
      active => active === HELD,
    )
    await new Promise(resolve => setTimeout(resolve, TOLD_MS))
    const busy = tallied(await client.do('visit', visit))
    t.ok((busy['free'] ?? 0) >= VISITS * 0.8, 'while one holds its clients, most go to the other', { busy })

    await client.do('leave', { ids: held.map(({ id }) => id), how: 'end' })
    await evenkeel.until(
      () => evenkeel.metric('evenkeel_sessions_active'),
      active => active === 0,
    )
    await new Promise(resolve => setTimeout(resolve, TOLD_MS))
    const after = tallied(await client.do('visit', visit))
    t.ok((after['holding'] ?? 0) >= VISITS / 4, 'when they have gone, each has its share again', { after })
  })
}
