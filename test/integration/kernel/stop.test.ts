import t, { type Test } from 'tap'
import { balance, idsOf, network, targetOf, within } from '../../fixtures/balanced-network.js'
import { loggedAt, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { leftovers } from '../../fixtures/kernel-state.js'
import { needsRoutedNetwork } from '../../fixtures/routed-network.js'

const DRAIN = 5000
const TRANSFERS = 20

/** The program with transfers that have begun. */
async function transfers(t: Test, protocols: readonly ('tcp' | 'udp')[] = ['tcp']) {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = [...UNPROBED, '--drain-timeout', `${DRAIN}ms`]
  const evenkeel = await balance(t, net, backends, options, { protocols })
  const opened = await client.do('open', { ...targetOf(net), count: TRANSFERS })
  t.ok(opened.every(({ outcome }) => outcome === 'open'))
  return { net, client, evenkeel, ids: idsOf(opened) }
}

t.test('a stop drains', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, evenkeel, ids } = await transfers(t)
  const [brief, long] = [ids.slice(0, TRANSFERS / 2), ids.slice(TRANSFERS / 2)]
  evenkeel.signal('SIGTERM')
  const draining = await evenkeel.event('draining')
  const visit = () => client.do('visit', targetOf(net))
  const [late] = await within(200, visit, ([visit]) => visit?.outcome === 'refused')
  t.match(late, { name: '', outcome: 'refused' }, 'new clients are refused at once')

  const more = await client.do('say', { ids, text: 'more' })
  t.ok(
    more.every(({ echoed }) => echoed),
    'sessions go on',
  )
  const ended = await client.do('say', { ids: brief, text: '!end' })
  t.same(
    ended.map(({ outcome }) => outcome),
    brief.map(() => 'end'),
    'those that end in time are whole',
  )
  await client.do('leave', { ids: brief, how: 'end' })
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = loggedAt(await evenkeel.event('stopped')) - loggedAt(draining)
  t.ok(took >= DRAIN - 5 && took < DRAIN + 500, `it drained for ${took} ms`)
  const cut = await client.do('say', { ids: long, text: 'hello?', withinMs: 1000 })
  t.same(
    cut.map(({ outcome }) => outcome),
    long.map(() => 'reset'),
    'the rest is reset',
  )
  t.same(leftovers(net.balancer), { tables: [], marked: [] }, 'nothing is left in the kernel')
  t.equal(evenkeel.stderr, '')
})

t.test('a stop ends with the last session', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, evenkeel, ids } = await transfers(t)
  evenkeel.signal('SIGINT')
  const draining = await evenkeel.event('draining')
  const left = await client.do('leave', { ids, how: 'end' })
  t.ok(left.every(outcome => outcome === 'end'))
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = loggedAt(await evenkeel.event('stopped')) - loggedAt(draining)
  t.ok(took < DRAIN - 1000, `it drained for ${took} ms`)
  t.same(leftovers(net.balancer), { tables: [], marked: [] })
})

t.test(
  'UDP clients are served while it drains, and new ones are not',
  { skip: needsRoutedNetwork() },
  async t => {
    const { net, client, evenkeel } = await transfers(t, ['tcp', 'udp'])
    const [old = 0, other = 0] = (await client.do('openUdp', { count: 2 })).map(({ id }) => id)
    const ask = async (id: number) =>
      (await client.do('askUdp', { ids: [id], ...targetOf(net), withinMs: 300 }))[0]?.name
    const name = await ask(old)
    t.ok(name)
    evenkeel.signal('SIGTERM')
    await evenkeel.event('draining')
    t.equal(
      await within(
        500,
        () => ask(other),
        name => name === undefined,
      ),
      undefined,
    )
    t.equal(await ask(old), name)
    evenkeel.signal('SIGTERM')
    t.same(await evenkeel.exit(), { code: 0, signal: null })
    t.equal(await ask(old), undefined, 'nothing is answered when it has ended')
    t.same(leftovers(net.balancer), { tables: [], marked: [] })
  },
)

t.test('a second signal ends it at once', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, evenkeel, ids } = await transfers(t)
  evenkeel.signal('SIGTERM')
  await evenkeel.event('draining')
  const signalledAt = performance.now()
  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  const took = performance.now() - signalledAt
  t.ok(took < 400, `it was gone after ${took.toFixed()} ms`)
  const cut = await client.do('say', { ids, text: 'hello?', withinMs: 1000 })
  t.ok(cut.every(({ outcome }) => outcome === 'reset'))
  t.same(leftovers(net.balancer), { tables: [], marked: [] })
})
