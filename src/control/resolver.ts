import { promises as dns } from 'node:dns'
import { readFile } from 'node:fs/promises'
import type { Millis } from '../clock.js'
import { readAddress } from '../core/address.js'

/** Where a host is: a literal address and its family. */
export interface Address {
  readonly family: 4 | 6
  readonly host: string
}

export interface ResolveOptions {
  /** Default: /etc/hosts. One that cannot be read counts as empty. */
  readonly hostsFile?: string
  /** Name servers as `address` or `address:port`; default: those of the system. */
  readonly servers?: readonly string[]
  /** Per try; default 2000. */
  readonly timeout?: Millis
  /** Default 2. */
  readonly tries?: number
}

/** Error codes of DNS for a name that has no address of the family asked for. */
const NO_ADDRESS: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * The address of a host: a literal one as it is, else from the hosts file, else from DNS; IPv4 if it has both.
 * Rejects with an error whose `code` is ENOTFOUND, or what DNS said. The system's own lookup is never used: it
 * shares a few threads with the whole process and cannot be given up.
 */
export async function resolveHost(host: string, options: ResolveOptions = {}): Promise<Address> {
  if (isLiteral(host)) return addressOf(host)
  const name = host.toLowerCase().replace(/\.$/, '')
  const known = await findInHosts(name, options.hostsFile ?? '/etc/hosts')
  if (known !== undefined) return addressOf(known)
  if (name === 'localhost') return addressOf('127.0.0.1')
  return resolveByDns(host, options)
}

function isLiteral(host: string): boolean {
  // 010.0.0.1 is 8.0.0.1 to some and 10.0.0.1 to others.
  const hasLeadingZero = /(?:^|[.:])0\d+\.|\.0\d+$/.test(host.replace(/%.*/, ''))
  return !hasLeadingZero && readAddress(host, new Uint8Array(16)) > 0
}

function addressOf(host: string): Address {
  return { family: host.includes(':') ? 6 : 4, host }
}

async function findInHosts(name: string, file: string): Promise<string | undefined> {
  // The system's own lookup goes on without a hosts file it cannot read, and so does this one.
  const text = await readFile(file, 'latin1').catch(() => '')
  const found = text.split('\n').flatMap(line => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return names.some(each => each.toLowerCase() === name) && isLiteral(address) ? [address] : []
  })
  return found.find(address => !address.includes(':')) ?? found[0]
}

async function resolveByDns(host: string, options: ResolveOptions): Promise<Address> {
  const resolver = new dns.Resolver({ timeout: options.timeout ?? 2000, tries: options.tries ?? 2 })
  if (options.servers !== undefined) resolver.setServers(options.servers)
  const six = outcome(resolver.resolve6(host))
  const v4 = await outcome(resolver.resolve4(host))
  if (v4.host !== undefined) {
    resolver.cancel()
    return { family: 4, host: v4.host }
  }
  const v6 = await six
  if (v6.host !== undefined) return { family: 6, host: v6.host }
  throw notResolved(host, [v4.code, v6.code].find(code => !NO_ADDRESS.has(code)) ?? 'ENOTFOUND')
}

/** The first address, or why there is none. */
async function outcome(
  query: Promise<string[]>,
): Promise<{ readonly host: string | undefined; readonly code: string }> {
  try {
    const [host] = await query
    return { host, code: 'ENODATA' }
  } catch (error) {
    return { host: undefined, code: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' }
  }
}

function notResolved(host: string, code: string): Error {
  return Object.assign(new Error(`cannot resolve ${host} (${code})`), { code })
}
