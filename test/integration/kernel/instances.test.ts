import t from 'tap'
import { balance, flagsFor, network, PORT, tallied, targetOf } from '../../fixtures/balanced-network.js'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { leftovers, tables } from '../../fixtures/kernel-state.js'
import { kernelOnly, needsRoutedNetwork } from '../../fixtures/routed-network.js'
import { runProgram } from '../../fixtures/run-program.js'

const OTHER_PORT = PORT + 1

t.test('two instances do not know of each other', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  const named = (name: string) => [...UNPROBED, '--name', name]
  const one = await balance(t, net, backends, named('one'))
  const two = await balance(t, net, backends, named('two'), { port: OTHER_PORT })
  const visits = async (port: number) =>
    tallied(await client.do('visit', { host: net.host(), port, count: 10 }))
  t.same(await visits(PORT), { a: 5, b: 5 })
  t.same(await visits(OTHER_PORT), { a: 5, b: 5 })
  t.equal(await one.metric('evenkeel_sessions_total'), 10, 'each counts its own')

  const [kept] = await client.do('open', { host: net.host(), port: OTHER_PORT })
  one.signal('SIGTERM')
  t.match(await one.exit(), { code: 0 })
  t.same(await visits(PORT), { refused: 10 })
  t.same(await visits(OTHER_PORT), { a: 5, b: 5 }, 'the other goes on')
  t.match(await client.do('say', { ids: [kept?.id ?? 0], text: 'still here' }), [{ echoed: true }])
  if (kernelOnly === false) t.equal(tables(net.balancer).filter(table => table.includes('one')).length, 0)

  await client.do('leave', { ids: [kept?.id ?? 0], how: 'end' })
  two.signal('SIGTERM')
  t.match(await two.exit(), { code: 0 })
  t.same(leftovers(net.balancer), { tables: [], marked: [] })
})

t.test('tables of others are not touched', { skip: needsRoutedNetwork() }, async t => {
  const { net, client, backends } = await network(t, ['a', 'b'])
  net.balancer.feed(
    `table inet firewall {
      set hosts { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 } }
      chain input { type filter hook input priority filter; policy accept; ip saddr @hosts drop; }
      chain forward { type filter hook forward priority filter; policy accept; ct state invalid drop; }
    }
    table ip nat {
      chain postrouting { type nat hook postrouting priority srcnat; ip daddr 192.0.2.0/24 masquerade; }
    }`,
    ...['nft', '-f', '-'],
  )
  const foreign = () =>
    ['inet firewall', 'ip nat'].map(table =>
      net.balancer.run('nft', '-a', 'list', 'table', ...table.split(' ')),
    )
  const before = foreign()
  const evenkeel = await balance(t, net, backends, UNPROBED, { protocols: ['tcp', 'udp'] })
  t.same(tallied(await client.do('visit', { ...targetOf(net), count: 10 })), { a: 5, b: 5 })
  t.same(foreign(), before, 'while it runs')
  evenkeel.signal('SIGTERM')
  await evenkeel.exit()
  t.same(foreign(), before, 'when it has stopped')
  t.same(leftovers(net.balancer), { tables: [], marked: [] })
})

t.test(
  'a second instance of the same name is refused',
  { skip: needsRoutedNetwork() || kernelOnly },
  async t => {
    const { net, client, backends } = await network(t, ['a', 'b'])
    await balance(t, net, backends, UNPROBED)
    const rules = net.balancer.run('nft', 'list', 'ruleset')
    const flags = [...flagsFor(net, backends, UNPROBED, { port: OTHER_PORT }), '--no-admin']
    const { code, stdout, stderr } = await runProgram(flags, net.balancer.prefix)
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, /^evenkeel: [^\n]*default[^\n]*\n$/, 'in one line, with the name')
    // Counters and elements that come and go by themselves do not matter.
    const shape = (text: string) => text.split('\n').filter(line => /^\t?(table|chain|map|set) /.test(line))
    t.same(shape(net.balancer.run('nft', 'list', 'ruleset')), shape(rules), 'the rules of the first stay')
    t.same(tallied(await client.do('visit', { ...targetOf(net), count: 10 })), { a: 5, b: 5 })
  },
)
