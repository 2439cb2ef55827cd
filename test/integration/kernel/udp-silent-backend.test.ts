import t from 'tap'
import { allUp, balance, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { DOWN, loggedAt, PROBED } from '../../fixtures/balanced-tcp.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const EVERY_MS = 50
const PROBE = ['--probe', 'udp,send=ping,expect=ping', ...PROBED]

t.test(
  'a client of a UDP host that goes silent goes on elsewhere',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    const evenkeel = await balance(t, net, backends, PROBE, { protocols: ['udp'] })
    await allUp(evenkeel, backends)
    const ids = (await client.do('openUdp', { port: 40_000 })).map(({ id }) => id)
    const [id = 0] = ids
    const [first] = await client.do('askUdp', { ids, ...targetOf(net) })
    const silent = backends.find(({ name }) => name === first?.name)
    if (silent === undefined) throw new Error('no answer')
    const other = silent.name === 'a' ? 'b' : 'a'
    await client.do('startStream', { id, everyMs: EVERY_MS, ...targetOf(net) })
    const streamed = () => client.do('streamed', { id })
    await within(3000, streamed, ({ replies }) => replies.length >= 10)

    const before = evenkeel.events.length
    net.backends.silence(silent.host)
    const silencedAt = Date.now()
    const down = await evenkeel.backendState(silent.name, 'down', before)
    t.ok(loggedAt(down) - silencedAt <= DOWN, `down within DOWN, after ${loggedAt(down) - silencedAt} ms`)
    const fromOther = await within(2000, streamed, ({ replies }) => replies.at(-1)?.name === other)
    const moved = fromOther.replies.find(({ name }) => name === other)
    t.ok(moved, 'the client, which never paused, is answered by the other')
    const took = (moved?.at ?? Infinity) - loggedAt(down)
    t.ok(took <= 500, `${took} ms after its backend was down`)

    net.backends.heal()
    await evenkeel.backendState(silent.name, 'up', before)
    const start = (await streamed()).replies.length
    const later = await within(3000, streamed, ({ replies }) => replies.length >= start + 10)
    t.ok(
      later.replies.slice(start).every(({ name }) => name === other),
      'it stays there when the first is back',
    )
  },
)
