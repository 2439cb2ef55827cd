import { readAddress } from '../../core/address.js'
import type { Access, Network } from '../../core/service.js'
import type { AddressRange, Family } from './rules.js'

const BITS = { 4: 32n, 6: 128n } as const

interface Range {
  readonly first: bigint
  readonly last: bigint
  readonly prefix: number
  readonly isDenied: boolean
}

/**
 * The addresses of a family that are not let in, as ranges that do not touch: the most specific entry decides, deny on a
 * tie, and with any allow entry what matches nothing is denied.
 */
export function deniedRanges({ allow, deny }: Access, family: Family): readonly AddressRange[] {
  const most = (1n << BITS[family]) - 1n
  const own = (networks: readonly Network[], isDenied: boolean): Range[] =>
    networks.filter(network => network.family === family).map(network => rangeOf(network, isDenied))
  const ranges = [
    { first: 0n, last: most, prefix: -1, isDenied: allow.length > 0 },
    ...own(allow, false),
    ...own(deny, true),
  ]
  // Where what holds may change: between two of these it is the same.
  const edges = [...new Set(ranges.flatMap(({ first, last }) => [first, last + 1n]))].sort((a, b) =>
    a < b ? -1 : 1,
  )
  const denied: { first: bigint; last: bigint }[] = []
  for (const [index, first] of edges.entries()) {
    const last = (edges[index + 1] ?? 0n) - 1n
    if (last < first || !isDeniedAt(ranges, first)) continue
    const before = denied.at(-1)
    if (before !== undefined && before.last === first - 1n) before.last = last
    else denied.push({ first, last })
  }
  return denied.map(({ first, last }) =>
    first === last ? format(first, family) : `${format(first, family)}-${format(last, family)}`,
  )
}

function isDeniedAt(ranges: readonly Range[], address: bigint): boolean {
  let best: Range | undefined
  for (const range of ranges) {
    if (address < range.first || address > range.last) continue
    const isCloser = best === undefined || range.prefix > best.prefix
    if (isCloser || (range.prefix === best?.prefix && range.isDenied)) best = range
  }
  return best?.isDenied ?? false
}

function rangeOf({ family, address, prefix }: Network, isDenied: boolean): Range {
  const bytes = new Uint8Array(16)
  const length = readAddress(address, bytes)
  const first = bytes.subarray(0, length).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
  return { first, last: first + (1n << (BITS[family] - BigInt(prefix))) - 1n, prefix, isDenied }
}

function format(address: bigint, family: Family): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (address >> shift) & 255n).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - 16 * index)) & 0xffffn)
  return groups.map(group => group.toString(16)).join(':')
}
