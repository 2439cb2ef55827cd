import t from 'tap'
import { balanceTcp, PROBED, UNPROBED } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { worstDeviation } from '../../fixtures/statistics.js'
import { nameFor, shares } from '../../fixtures/tcp-client.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

const NAMES = ['ann', 'bob', 'cid', 'dot', 'eve']
/** Networks of a few addresses each, as clients have them. */
const CLIENTS = Array.from(
  { length: 1000 },
  (_, index) => `127.${10 + (index % 8)}.${index % 50}.${1 + (index % 250)}`,
)

/** Which backend each client gets; a hundred clients at a time. */
async function map(evenkeel: Evenkeel, clients = CLIENTS): Promise<readonly string[]> {
  const names: string[] = []
  for (let at = 0; at < clients.length; at += 100) {
    const part = clients.slice(at, at + 100)
    const target = { port: evenkeel.port, host: '127.0.0.1' }
    names.push(...(await Promise.all(part.map(localAddress => nameFor({ ...target, localAddress })))))
  }
  return names
}

const skip = process.platform === 'linux' ? false : 'only Linux has all of 127.0.0.0/8'

t.test('case 11: ip-hash', { skip }, async t => {
  const servers = await Promise.all(NAMES.map(name => serveTcp(t, say(name))))
  const backends = servers.map(({ address }, index) => `${address},name=${NAMES[index]}`)
  const evenkeel = await balanceTcp(t, backends, [...PROBED, '--balance', 'ip-hash'])
  const noLeaks = watchForLeaks(t, evenkeel)
  await Promise.all(NAMES.map(name => evenkeel.backendState(name, 'up')))

  const before = await map(evenkeel)
  t.same(await map(evenkeel), before, 'one backend for each address')
  t.same(await map(evenkeel), before)
  const counts = NAMES.map(name => shares(before)[name] ?? 0)
  t.ok(worstDeviation(counts) < 0.2, `shares ${counts.join()}`)

  const [, gone] = servers
  gone?.stop()
  await evenkeel.backendState('bob', 'down')
  const without = await map(evenkeel)
  t.same(
    without.filter((_, index) => before[index] !== 'bob'),
    before.filter(name => name !== 'bob'),
    'only its clients move',
  )
  const heirs = shares(without.filter((_, index) => before[index] === 'bob'))
  t.same(Object.keys(heirs).sort(), ['ann', 'cid', 'dot', 'eve'], 'and to all the others')

  const index = evenkeel.events.length
  await gone?.start()
  await evenkeel.backendState('bob', 'up', index)
  t.same(await map(evenkeel), before, 'the exact map returns')
  await noLeaks()

  const some = CLIENTS.slice(0, 200)
  const another = await balanceTcp(t, backends.reverse(), [...UNPROBED, '--balance', 'ip-hash'])
  t.same(
    await map(another, some),
    before.slice(0, 200),
    'another process with its flags in another order agrees',
  )
})
