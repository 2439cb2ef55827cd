import t, { type Test } from 'tap'
import { allUp, balance, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import type { Evenkeel } from '../../fixtures/evenkeel.js'
import type { FarBackend } from '../../fixtures/far-backend.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const PROBE = ['--probe', 'udp,send=ping,expect=ping', ...PROBED]

interface Scene {
  readonly evenkeel: Evenkeel
  /** The backend of the client, which is down. */
  readonly dead: FarBackend
  /** Sends a datagram of the client; resolves with the name of the backend that answered. */
  ask(): Promise<string | undefined>
}

/** A client whose backend has died and is known to be down. */
async function scene(t: Test, onDown: string): Promise<Scene> {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = ['--udp-on-down', onDown, ...PROBE]
  const evenkeel = await balance(t, net, backends, options, { protocols: ['udp'] })
  await allUp(evenkeel, backends)
  const ids = (await client.do('openUdp', { port: 40_000 })).map(({ id }) => id)
  const ask = async () => (await client.do('askUdp', { ids, ...targetOf(net), withinMs: 200 }))[0]?.name
  const first = await ask()
  const dead = backends.find(({ name }) => name === first)
  if (dead === undefined) throw new Error('no answer')
  const before = evenkeel.events.length
  await dead.kill()
  await evenkeel.backendState(dead.name, 'down', before)
  return { evenkeel, dead, ask }
}

/** That the client is answered by its own backend again, soon after that is back. */
async function goesOn(t: Test, { evenkeel, dead, ask }: Scene): Promise<void> {
  const before = evenkeel.events.length
  await dead.restart()
  await evenkeel.backendState(dead.name, 'up', before)
  t.equal(await within(2000, ask, name => name !== undefined), dead.name, 'the same session goes on')
}

t.test('--udp-on-down drop: the session waits for its backend', { skip: needsRoutedNetwork() }, async t => {
  const all = await scene(t, 'drop')
  const dropped = () => all.evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'backend-down' })
  const before = await dropped()
  for (let count = 0; count < 3; count++) t.equal(await all.ask(), undefined, 'nobody else answers')
  t.ok((await within(2000, dropped, now => now >= before + 3)) >= before + 3, 'what is dropped is counted')
  await goesOn(t, all)
})

t.test('--udp-on-down pin: the session stays', { skip: needsRoutedNetwork() }, async t => {
  const all = await scene(t, 'pin')
  for (let count = 0; count < 3; count++) t.equal(await all.ask(), undefined, 'nobody else answers')
  const dropped = await all.evenkeel.metric('evenkeel_datagrams_dropped_total', { reason: 'backend-down' })
  t.equal(dropped, 0, 'its datagrams go where they went')
  await goesOn(t, all)
})

t.test('--udp-on-down rehome: the next datagram goes elsewhere', { skip: needsRoutedNetwork() }, async t => {
  const { dead, ask } = await scene(t, 'rehome')
  const other = dead.name === 'a' ? 'b' : 'a'
  t.equal(await within(500, ask, name => name !== undefined), other)
})
