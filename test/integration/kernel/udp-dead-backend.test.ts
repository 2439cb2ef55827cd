import t from 'tap'
import { allUp, balance, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const EVERY_MS = 50
const PROBE = ['--probe', 'udp,send=ping,expect=ping', ...PROBED]
/** How many answers of the other backend tell that the client goes on there. */
const ENOUGH = 20

for (const [kind, options] of [
  ['nobody probes', []],
  ['a probe watches', PROBE],
] as const) {
  t.test(`UDP dead backend, ${kind}`, { skip: needsRoutedNetwork() }, async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    const evenkeel = await balance(t, net, backends, options, { protocols: ['udp'] })
    if (options.length > 0) await allUp(evenkeel, backends)
    const [{ id } = { id: 0 }] = await client.do('openUdp', { port: 40_000 })
    await client.do('startStream', { id, everyMs: EVERY_MS, ...targetOf(net) })
    const streamed = () => client.do('streamed', { id })

    const before = await within(5000, streamed, ({ replies }) => replies.length >= 10)
    const first = before.replies[0]?.name
    t.ok(
      before.replies.every(({ name }) => name === first),
      'one backend as long as it lives',
    )
    await backends.find(({ name }) => name === first)?.kill()
    await within(
      10_000,
      streamed,
      ({ replies }) => replies.filter(({ name }) => name !== first).length >= ENOUGH,
    )
    await client.do('stopStream', { id })
    const last = await within(1000, streamed, ({ sent, replies }) =>
      replies.some(({ text }) => text === `${sent - 1}`),
    )

    const answered = last.replies.map(({ text }) => text)
    t.equal(new Set(answered).size, answered.length, 'nothing is answered twice')
    t.ok(last.sent - answered.length <= 2, `${last.sent - answered.length} datagrams lost, at most 2`)
    const names = last.replies.map(({ name }) => name)
    t.ok(names.lastIndexOf(first ?? '') < names.length - ENOUGH, 'the same client goes on elsewhere')
  })
}
