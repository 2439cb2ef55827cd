import { join } from 'node:path'
import t, { type Test } from 'tap'
import { resolveHost } from '../../../src/control/resolver.js'
import { listenDns, type Zone } from '../../fixtures/name-server.js'

const SIX = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
const NO_SERVERS = ['127.0.0.1:1']

async function scene(t: Test, zones: Readonly<Record<string, Zone>>, hosts = '') {
  const { server, asked } = await listenDns(t, zones)
  const hostsFile = join(t.testdir({ hosts }), 'hosts')
  const options = { hostsFile, servers: [server], tries: 1 }
  return { asked, options, resolve: (host: string) => resolveHost(host, options) }
}

t.test('a literal address is returned as it is, whatever the hosts file says', async t => {
  const { resolve, asked } = await scene(t, {}, '10.9.9.9 127.0.0.1')
  t.same(await resolve('127.0.0.1'), { family: 4, host: '127.0.0.1' })
  t.same(await resolve('::1'), { family: 6, host: '::1' })
  t.same(await resolve('fe80::1%eth0'), { family: 6, host: 'fe80::1%eth0' })
  t.same(await resolve('::ffff:10.0.0.1'), { family: 6, host: '::ffff:10.0.0.1' })
  t.same(asked, [])
})

t.test('a number that may be octal is no address', async t => {
  const { resolve } = await scene(t, {})
  for (const host of ['010.0.0.1', '10.0.0.01', '::ffff:010.0.0.1', '1.2.3', '1.2.3.4.5']) {
    await t.rejects(resolve(host), { code: /^E/ }, host)
  }
})

t.test('the hosts file comes before DNS', async t => {
  const hosts = `
# 10.0.0.9 db
fe80::9    db   # an address of the other family first
10.0.0.1\tother DB.example db\r
10.0.0.2   db
six.example 10.0.0.3
::6        six.example`
  const { resolve, asked } = await scene(t, { 'else.example': { A: [10, 0, 0, 4] } }, hosts)
  t.same(await resolve('db'), { family: 4, host: '10.0.0.1' })
  t.same(await resolve('Db.Example.'), { family: 4, host: '10.0.0.1' })
  t.same(await resolve('six.example'), { family: 6, host: '::6' })
  t.same(asked, [])
  t.same(await resolve('else.example'), { family: 4, host: '10.0.0.4' })
})

t.test('localhost needs no file and no server', async t => {
  const nowhere = { hostsFile: join(t.testdir(), 'none'), servers: NO_SERVERS }
  t.same(await resolveHost('localhost', nowhere), { family: 4, host: '127.0.0.1' })
  t.same(await resolveHost('LOCALHOST.', nowhere), { family: 4, host: '127.0.0.1' })
  const { resolve } = await scene(t, {}, '127.0.0.9 localhost')
  t.same(await resolve('localhost'), { family: 4, host: '127.0.0.9' }, 'the file decides if it can')
})

t.test('DNS, IPv4 first', async t => {
  const { resolve, asked } = await scene(t, {
    'four.example': { A: [10, 0, 0, 4] },
    'six.example': { AAAA: SIX },
    'both.example': { A: [10, 0, 0, 5], AAAA: SIX },
  })
  t.same(await resolve('four.example'), { family: 4, host: '10.0.0.4' })
  t.same(await resolve('six.example'), { family: 6, host: '2001:db8::1' })
  t.same(await resolve('both.example'), { family: 4, host: '10.0.0.5' })
  t.same(asked.slice(-2).sort(), ['A both.example', 'AAAA both.example'], 'both are asked for at once')
})

t.test('an IPv4 address is not held up by the other family', async t => {
  const { options } = await scene(t, { 'slow.example': { A: [10, 0, 0, 4], AAAA: 'silence' } })
  const patient = { ...options, timeout: 3_600_000 }
  t.same(await resolveHost('slow.example', patient), { family: 4, host: '10.0.0.4' })
})

t.test('an IPv6 address is found although the other query fails', async t => {
  const { options } = await scene(t, { 'half.example': { A: 'silence', AAAA: SIX } })
  t.same(await resolveHost('half.example', { ...options, timeout: 50 }), { family: 6, host: '2001:db8::1' })
})

t.test('a name without an address', async t => {
  const { resolve } = await scene(t, { 'mail.example': {}, 'sick.example': { error: 'SERVFAIL' } })
  await t.rejects(resolve('none.example'), { code: 'ENOTFOUND', message: /none\.example/ })
  await t.rejects(resolve('mail.example'), { code: 'ENOTFOUND' }, 'it exists, but has none')
  await t.rejects(resolve('sick.example'), { code: 'ESERVFAIL' })
})

t.test('a server that is silent or not there', async t => {
  const { options } = await scene(t, { 'mute.example': { A: 'silence', AAAA: 'silence' } })
  await t.rejects(resolveHost('mute.example', { ...options, timeout: 50 }), { code: 'ETIMEOUT' })
  await t.rejects(resolveHost('any.example', { ...options, servers: NO_SERVERS }), { code: 'ECONNREFUSED' })
})
