import t from 'tap'
import { allUp, balance, network, tallied, targetOf, within } from '../../fixtures/balanced-network.js'
import { DOWN, loggedAt, PROBED, PROBES, UP } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks } from '../../fixtures/evenkeel.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

t.test('probe timing', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['killed', 'other'])
  const [killed] = backends
  if (killed === undefined) throw new Error('no backend')
  const evenkeel = await balance(t, net, backends, [...PROBED, '--passive', 'off'])
  await allUp(evenkeel, backends)
  const noLeaks = watchForLeaks(t, evenkeel)
  const before = evenkeel.events.length
  const visit = { ...targetOf(net), count: 20 }

  const killedAt = Date.now()
  await killed.kill()
  const down = await evenkeel.backendState('killed', 'down', before)
  const took = loggedAt(down) - killedAt
  t.ok(took <= DOWN, `down within DOWN, after ${took} ms`)
  t.ok(took >= (PROBES.fall - 1) * PROBES.interval - 5, `not before F results, after ${took} ms`)
  t.same(tallied(await client.do('visit', visit)), { other: 20 }, 'nothing reaches it from then on')

  const startedAt = await killed.restart()
  const early = client.do('visit', { ...visit, count: 5 })
  const up = await evenkeel.backendState('killed', 'up', before)
  const returned = loggedAt(up) - startedAt
  t.ok(returned <= UP, `up within UP, after ${returned} ms`)
  t.ok(returned >= (PROBES.rise - 1) * PROBES.interval - 5, `not before R results, after ${returned} ms`)
  t.same(tallied(await early), { other: 5 }, 'nothing reaches it before')
  const both = await within(
    1000,
    async () => tallied(await client.do('visit', visit)),
    ({ killed = 0 }) => killed === 10,
  )
  t.same(both, { killed: 10, other: 10 }, 'and its share again')
  await noLeaks()
})
