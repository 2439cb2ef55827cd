import { readAddress, writeAddress } from '../core/address.js'
import type { Access, Network } from '../core/service.js'
import { ConfigError } from './config-error.js'
import { parseGiven, wrong, type Given } from './given.js'
import { literalFamily } from './host.js'

/** Reads who may connect; throws a ConfigError for the first entry that is no network, or is given twice in its list. */
export function readAccess(allow: readonly Given[], deny: readonly Given[]): Access {
  return { allow: readNetworks(allow), deny: readNetworks(deny) }
}

/** The network as {@link readAccess} reads it: one that is a single address has no prefix. */
export function formatNetwork({ family, address, prefix }: Network): string {
  return prefix === (family === 4 ? 32 : 128) ? address : `${address}/${prefix}`
}

function readNetworks(entries: readonly Given[]): readonly Network[] {
  const seen = new Set<string>()
  return entries.map(entry => {
    const network = parseGiven(entry, parseNetwork)
    const text = formatNetwork(network)
    if (seen.has(text)) throw wrong(entry, `${text} is given twice`)
    seen.add(text)
    return network
  })
}

/** Where the prefix of an IPv4-mapped network begins to be one of IPv4. */
const MAPPED = 96

function parseNetwork(path: string, text: string): Network {
  const [address = '', digits, ...rest] = text.split('/')
  const room = new Uint8Array(16)
  const length =
    literalFamily(address) === undefined || address.includes('%') ? 0 : readAddress(address, room)
  if (length === 0 || rest.length > 0) {
    throw new ConfigError(path, text, 'not an address or a network, such as 10.0.0.0/8 or 2001:db8::/32')
  }
  const least = length === 4 && address.includes(':') ? MAPPED : 0
  const most = least + length * 8
  const prefix = digits === undefined ? most : /^(0|[1-9]\d{0,2})$/.test(digits) ? Number(digits) : -1
  if (prefix < least || prefix > most) {
    throw new ConfigError(path, text, `the prefix must be a number from ${least} to ${most}`)
  }
  const bytes = room.subarray(0, length)
  const first = masked(bytes, prefix - least)
  const network = {
    family: length === 4 ? 4 : 6,
    address: writeAddress(first),
    prefix: prefix - least,
  } as const
  if (bytes.some((byte, index) => byte !== first[index])) {
    throw new ConfigError(
      path,
      text,
      `has bits set beyond its prefix (did you mean ${formatNetwork(network)}?)`,
    )
  }
  return network
}

/** The bytes with nothing set beyond the first `bits`. */
function masked(bytes: Uint8Array, bits: number): Uint8Array {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * index))))
}
