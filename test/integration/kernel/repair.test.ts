import t from 'tap'
import {
  allUp,
  balance,
  idsOf,
  network,
  setBackend,
  tallied,
  targetOf,
  within,
} from '../../fixtures/balanced-network.js'
import { PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { leftovers, tables } from '../../fixtures/kernel-state.js'
import { kernelOnly, needsRoutedNetwork } from '../../fixtures/routed-network.js'

const skip = needsRoutedNetwork() || kernelOnly

t.test('a ruleset that somebody removed is put back', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, PROBED)
  await allUp(evenkeel, backends)
  const visits = async () => tallied(await client.do('visit', { ...targetOf(net), count: 10 }))
  t.same(await visits(), { a: 5, b: 5 })
  const total = () => evenkeel.metric('evenkeel_sessions_total')
  t.equal(await total(), 10)
  net.balancer.run('nft', 'flush', 'ruleset')
  t.equal(
    (
      await within(
        8000,
        () => tables(net.balancer),
        found => found.length > 0,
      )
    ).length,
    1,
    'unasked',
  )
  t.same(await visits(), { a: 5, b: 5 })
  t.equal(await total(), 20, 'what was counted before stays counted')

  net.balancer.run('nft', 'flush', 'ruleset')
  await setBackend(evenkeel, 'a', { state: 'drain' })
  t.same(await visits(), { b: 10 }, 'a change finds it gone, and does not mind')
})

t.test('a reload minds a removed ruleset no more', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const evenkeel = await balance(t, net, backends, UNPROBED)
  net.balancer.run('nft', 'flush', 'ruleset')
  evenkeel.signal('SIGHUP')
  await evenkeel.event('config-reloaded')
  t.same(tallied(await client.do('visit', { ...targetOf(net), count: 10 })), { a: 5, b: 5 })
})

t.test('a client that wrote before there was a ruleset is served', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a'])
  // As of a firewall that knows connections: so the kernel remembers that these datagrams led nowhere.
  net.balancer.feed(
    'table ip firewall { chain input { type filter hook input priority 0; ct state invalid drop; }; }',
    ...['nft', '-f', '-'],
  )
  const [id = 0] = (await client.do('openUdp', {})).map(each => each.id)
  await client.do('startStream', { id, everyMs: 20, ...targetOf(net) })
  const known = () => net.balancer.run('conntrack', '-L', '-p', 'udp').split('\n')
  t.ok((await within(2000, known, lines => lines.some(line => line.includes('UNREPLIED')))).length > 0)
  await balance(t, net, backends, UNPROBED, { protocols: ['udp'] })
  const answers = () => client.do('streamed', { id })
  const answered = await within(3000, answers, ({ replies }) => replies.length > 5)
  t.ok(answered.replies.length > 5, 'though it never stopped')
  await client.do('stopStream', { id })
})

t.test('sessions keep their timeouts when a process takes over', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const options = [...UNPROBED, '--idle-timeout', '5m', '--udp-idle-timeout', '10m']
  const start = () => balance(t, net, backends, options, { protocols: ['tcp', 'udp'] })
  const killed = await start()
  const opened = await client.do('open', { ...targetOf(net), count: 2 })
  const udp = (await client.do('openUdp', {})).map(({ id }) => id)
  await client.do('askUdp', { ids: udp, ...targetOf(net) })
  killed.signal('SIGKILL')
  await killed.exit()
  const next = await start()
  await client.do('say', { ids: idsOf(opened), text: 'still here' })
  await client.do('askUdp', { ids: udp, ...targetOf(net) })
  const left = net.balancer
    .run('conntrack', '-L')
    .split('\n')
    .filter(line => /\bmark=[1-9]/.test(line))
    .map(line => Number(/^\w+\s+\d+ (\d+)/.exec(line)?.[1]))
    .sort((a, b) => a - b)
  t.equal(left.length, 3)
  t.ok(
    left.every((seconds, index) =>
      index < 2 ? seconds > 250 && seconds <= 300 : seconds > 550 && seconds <= 600,
    ),
    left.join(' '),
  )
  next.signal('SIGTERM')
  next.signal('SIGINT')
  await next.exit()
})

t.test('the ports of flows that are over are free again after a minute', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a'], { brief: true })
  await balance(t, net, backends, UNPROBED)
  await client.do('visit', { ...targetOf(net), count: 5 })
  const left = [...net.balancer.run('conntrack', '-L').matchAll(/^tcp +6 (\d+) TIME_WAIT/gm)].map(
    ([, seconds]) => Number(seconds),
  )
  t.equal(left.length, 5)
  t.ok(
    left.every(seconds => seconds > 50 && seconds <= 65),
    left.join(' '),
  )
})

t.test('nothing rises again while it stops and is asked for its counts', { skip }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  for (let round = 0; round < 3; round++) {
    const evenkeel = await balance(t, net, backends, UNPROBED)
    await client.do('visit', { ...targetOf(net), count: 10 })
    let isOver = false
    const asking = (async () => {
      while (!isOver) await evenkeel.get('/metrics').catch(() => undefined)
    })()
    evenkeel.signal('SIGTERM')
    t.match(await evenkeel.exit(), { code: 0 })
    isOver = true
    await asking
    t.same(leftovers(net.balancer), { tables: [], marked: [] })
  }
})
