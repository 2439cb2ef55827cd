import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { flagsFor, network } from '../../fixtures/balanced-network.js'
import {
  kernelOnly,
  needsRoutedNetwork,
  type Family,
  type RoutedNetwork,
} from '../../fixtures/routed-network.js'
import { runProgram } from '../../fixtures/run-program.js'

const skip = needsRoutedNetwork() || kernelOnly

/** A network, and what `check` says on its balancer's host, run with these programs. */
async function checking(t: Test, family: Family = 4) {
  const { net, backends } = await network(t, ['a'], { family })
  const flags = flagsFor(net, backends, [], { protocols: ['tcp', 'udp'], family })
  const check = (...prefix: readonly string[]) =>
    runProgram(['check', ...flags], [...net.balancer.prefix, ...prefix])
  return { net, check }
}

for (const [family, key] of [
  [4, 'net.ipv4.ip_forward'],
  [6, 'net.ipv6.conf.all.forwarding'],
] as const) {
  t.test(`check: ${key}`, { skip }, async t => {
    const { net, check } = await checking(t, family)
    net.setForwarding(false, family)
    const { code, stderr } = await check()
    t.equal(code, 2)
    t.match(stderr, key)
    t.match(stderr, `sysctl -w ${key}=1`, 'with the remedy')

    net.setForwarding(true, family)
    t.match(await check(), { code: 0, stderr: /^$/ }, 'all good')
    t.equal(rules(net), '', 'and nothing was loaded')
  })
}

for (const [missing, present, debianPackage] of [
  ['nft', 'conntrack', 'nftables'],
  ['conntrack', 'nft', 'conntrack'],
] as const) {
  t.test(`check: without ${missing}`, { skip }, async t => {
    const { net, check } = await checking(t)
    const directory = mkdtempSync(join(tmpdir(), 'evenkeel-path-'))
    t.teardown(() => rmSync(directory, { recursive: true }))
    symlinkSync(net.balancer.run('sh', '-c', `command -v ${present}`).trim(), join(directory, present))
    const { code, stderr } = await check('env', `PATH=${directory}`)
    t.equal(code, 2)
    t.match(stderr, new RegExp(`\\b${missing}\\b`))
    t.match(
      stderr,
      new RegExp(`apt\\S* install ${debianPackage}|package ${debianPackage}`),
      'and its package',
    )
  })
}

t.test('check: without CAP_NET_ADMIN', { skip }, async t => {
  const { check } = await checking(t)
  const { code, stderr } = await check('setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin')
  t.equal(code, 2)
  t.match(stderr, /CAP_NET_ADMIN/)
})

function rules({ balancer }: RoutedNetwork): string {
  return balancer.run('nft', 'list', 'ruleset')
}
