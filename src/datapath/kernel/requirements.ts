import { readdir, readFile } from 'node:fs/promises'
import { platform } from 'node:os'
import type { Service } from '../../core/service.js'
import { ProgramError, type Missing } from './errors.js'
import { localAddresses } from './local-addresses.js'
import { refusalOf } from './nftables.js'
import { run } from './programs.js'
import { isLoopback, isOf, type Family } from './rules.js'

/** Features of nftables, and what uses them in a table. */
const ASKED: readonly (readonly [feature: string, objects: string])[] = [
  ['numgen', inChain('turns', 'meta mark set numgen inc mod 2 map { 0 : 1, 1 : 2 }')],
  ['jhash', inChain('hashes', 'meta mark set jhash ip saddr mod 16384 seed 0x0')],
  ['connection marks', inChain('marks', 'ct mark set 0x1')],
  ['connection limits', inChain('counts', 'ct count over 10 drop')],
  ['rate limits', inChain('rates', 'limit rate over 10/second drop')],
  ['local addresses (fib)', inChain('local', 'fib daddr type local accept')],
  ['event masks', inChain('events', 'ct event set 0x80')],
  ['reject in prerouting', inChain('rejects', 'meta l4proto tcp reject with tcp reset')],
  ['address translation', ' chain source {\n  type nat hook postrouting priority 100;\n  masquerade\n }\n'],
  ['counters in sets', ' set counters {\n  type mark\n  counter\n  elements = { 0x1 }\n }\n'],
  ['timeout policies', ' ct timeout timeouts {\n  protocol tcp;\n  policy = { established : 10 };\n }\n'],
]

function inChain(name: string, rule: string): string {
  return ` chain ${name} {\n  type filter hook prerouting priority 0;\n  ${rule}\n }\n`
}

function inTable(objects: string): string {
  return `table inet evenkeel_probe {\n${objects}}\n`
}

/** What this machine lacks for these services; nothing when they can run. Touches nothing. */
export async function missingFor(services: readonly Service[]): Promise<readonly Missing[]> {
  if (platform() !== 'linux') {
    return [{ what: 'no nftables: this is not Linux', remedy: 'give --datapath userspace' }]
  }
  const programs = await Promise.all([
    programMissing('nft', ['-v'], 'nftables'),
    programMissing('conntrack', ['-V'], 'conntrack'),
  ])
  const gone = programs.flatMap(missing => missing ?? [])
  const needsNft = gone.some(({ what }) => what.includes(' nft'))
  return [...gone, ...(needsNft ? [] : await kernelMissing()), ...(await settingsMissing(services))]
}

/** Whether packets from and to 127.0.0.0/8 may be routed: on any interface that has it so. */
export async function routesLoopback(): Promise<boolean> {
  const directory = '/proc/sys/net/ipv4/conf'
  const interfaces = await readdir(directory).catch(() => [])
  const values = await Promise.all(interfaces.map(name => readSetting(`${directory}/${name}/route_localnet`)))
  return interfaces.some((name, index) => name !== 'default' && name !== 'lo' && values[index] === '1')
}

async function programMissing(
  program: string,
  args: readonly string[],
  debianPackage: string,
): Promise<Missing | undefined> {
  try {
    await run(program, args)
    return undefined
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error
    return {
      what: `no program ${program}: ${error.code ?? error.message}`,
      remedy: `Debian has it in ${debianPackage}: apt-get install ${debianPackage}`,
    }
  }
}

async function kernelMissing(): Promise<readonly Missing[]> {
  const permission = await refusalOf('add table inet evenkeel_probe\n')
  if (permission !== undefined) {
    const isForbidden = /permitted|permission/i.test(permission)
    const remedy = isForbidden
      ? 'run as root, or in systemd with AmbientCapabilities=CAP_NET_ADMIN'
      : 'a kernel with CONFIG_NF_TABLES_INET'
    const what = isForbidden ? `no capability CAP_NET_ADMIN: ${permission}` : `no nftables: ${permission}`
    return [{ what, remedy }]
  }
  // One look does where all is there.
  const everything = ASKED.map(([, objects]) => objects).join('')
  const missing: Missing[] = []
  if ((await refusalOf(inTable(everything))) !== undefined) {
    for (const [feature, objects] of ASKED) {
      const refusal = await refusalOf(inTable(objects))
      if (refusal === undefined) continue
      missing.push({
        what: `no ${feature} in nftables: ${refusal}`,
        remedy: 'a kernel and an nft that have it',
      })
    }
  }
  const { exit, stderr } = await run('conntrack', ['-C']).catch(() => ({ exit: 0, stderr: '' }))
  if (exit !== 0)
    missing.push({ what: `no connection table: ${stderr}`, remedy: 'a kernel with CONFIG_NF_CT_NETLINK' })
  return missing
}

/** The settings of the system that these services lack. */
export async function settingsMissing(services: readonly Service[]): Promise<readonly Missing[]> {
  const missing: Missing[] = []
  const here = localAddresses()
  const endpoints = services.flatMap(({ backends }) => backends.map(({ endpoint }) => endpoint))
  const elsewhere = (family: Family): boolean =>
    endpoints.some(
      endpoint => endpoint.kind === 'inet' && endpoint.family === family && !isHere(endpoint.host, here),
    )
  const forwarding = [
    [4, 'net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
    [6, 'net.ipv6.conf.all.forwarding', '/proc/sys/net/ipv6/conf/all/forwarding'],
  ] as const
  for (const [family, name, file] of forwarding) {
    // What cannot be read is not known to be wrong.
    if (!elsewhere(family) || (await readSetting(file)) !== '0') continue
    missing.push({
      what: `${name} is off, so nothing is passed on to other machines`,
      remedy: `sysctl -w ${name}=1`,
    })
  }
  const isRouted = await routesLoopback()
  for (const { listeners, backends } of services) {
    for (const listener of listeners) {
      if (listener.protocol === 'unix' || !isLoopback(listener.host)) continue
      const own = backends.filter(
        ({ endpoint }) => endpoint.kind === 'inet' && isOf(endpoint.family, listener.host),
      )
      const isNear = own.some(({ endpoint }) => endpoint.kind === 'inet' && isHere(endpoint.host, here))
      if (isNear || (isRouted && !listener.host.includes(':'))) continue
      missing.push({
        what: `${listener.url}: clients of the loopback cannot reach backends on other machines`,
        remedy: listener.host.includes(':')
          ? 'listen on an address of an interface'
          : 'listen on an address of an interface, or sysctl -w net.ipv4.conf.all.route_localnet=1',
      })
    }
  }
  return missing
}

function isHere(host: string, addresses: ReadonlySet<string>): boolean {
  return isLoopback(host) || addresses.has(host)
}

async function readSetting(file: string): Promise<string | undefined> {
  return (await readFile(file, 'latin1').catch(() => undefined))?.trim()
}
