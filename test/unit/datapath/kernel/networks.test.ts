import t from 'tap'
import type { Access, Network } from '../../../../src/core/service.js'
import { deniedRanges } from '../../../../src/datapath/kernel/networks.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'

/** `10.0.0.0/8` as a network. */
function network(text: string): Network {
  const [address = '', prefix] = text.split('/')
  return { family: address.includes(':') ? 6 : 4, address, prefix: Number(prefix) }
}

function access(allow: readonly string[], deny: readonly string[]): Access {
  return { allow: allow.map(network), deny: deny.map(network) }
}

/** An address as a number, written in full or with one `::`. */
function valueOf(address: string): bigint {
  if (!address.includes(':')) {
    return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n)
  }
  const [head = '', tail] = address.split('::')
  const groups = (text: string | undefined): string[] => (text ?? '').split(':').filter(group => group !== '')
  const [before, after] = [groups(head), groups(tail)]
  const middle = tail === undefined ? [] : new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...middle, ...after].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** The rule itself, for one address: the longest prefix decides, deny on a tie. */
function isDenied({ allow, deny }: Access, family: 4 | 6, address: bigint): boolean {
  const closest = (networks: readonly Network[]): number =>
    networks.reduce((best, { family: its, address: first, prefix }) => {
      const rest = BigInt((family === 4 ? 32 : 128) - prefix)
      const isIn = its === family && valueOf(first) >> rest === address >> rest
      return isIn ? Math.max(best, prefix) : best
    }, -1)
  const [allowed, denied] = [closest(allow), closest(deny)]
  return allowed === -1 && denied === -1 ? allow.length > 0 : denied >= allowed
}

/** The first and the last address of each range. */
function readRanges(ranges: readonly string[]): readonly (readonly [first: bigint, last: bigint])[] {
  return ranges.map(range => {
    const [first = '', last = first] = range.split('-')
    return [valueOf(first), valueOf(last)]
  })
}

t.test('nobody is denied without entries', t => {
  t.same(deniedRanges(access([], []), 4), [])
  t.same(deniedRanges(access([], []), 6), [])
  t.end()
})

t.test('the most specific network decides, and deny on a tie', t => {
  const ranges = deniedRanges(
    access(['10.1.0.0/16', '10.3.0.0/24'], ['10.0.0.0/8', '10.1.2.3/32', '10.3.0.0/24']),
    4,
  )
  t.same(ranges, ['0.0.0.0-10.0.255.255', '10.1.2.3', '10.2.0.0-255.255.255.255'])
  t.end()
})

t.test('any allow entry denies the rest, of both families', t => {
  const { allow, deny } = access(['10.0.0.0/8'], [])
  t.same(deniedRanges({ allow, deny }, 4), ['0.0.0.0-9.255.255.255', '11.0.0.0-255.255.255.255'])
  t.same(deniedRanges({ allow, deny }, 6), ['0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'])
  t.end()
})

t.test('networks of the other family say nothing of this one', t => {
  t.same(deniedRanges(access([], ['10.0.0.0/8']), 6), [])
  t.same(deniedRanges(access([], ['2001:db8::/32']), 4), [])
  t.end()
})

t.test('neighbours are one range', t => {
  t.same(deniedRanges(access([], ['10.0.0.0/25', '10.0.0.128/25', '10.0.1.0/24', '10.0.3.0/24']), 4), [
    '10.0.0.0-10.0.1.255',
    '10.0.3.0-10.0.3.255',
  ])
  t.same(deniedRanges(access([], ['10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/8']), 4), [
    '10.0.0.0-10.255.255.255',
  ])
  t.end()
})

t.test('the ends of the address space', t => {
  t.same(deniedRanges(access([], ['0.0.0.0/32', '255.255.255.255/32']), 4), ['0.0.0.0', '255.255.255.255'])
  t.same(deniedRanges(access([], ['0.0.0.0/0']), 4), ['0.0.0.0-255.255.255.255'])
  t.same(deniedRanges(access(['0.0.0.0/0'], []), 4), [])
  t.same(deniedRanges(access(['128.0.0.0/1'], ['0.0.0.0/0']), 4), ['0.0.0.0-127.255.255.255'])
  t.same(deniedRanges(access(['::/1'], ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128']), 6), [
    '8000:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])
  t.end()
})

t.test('IPv6', t => {
  t.same(deniedRanges(access(['2001:db8:1::/48'], ['2001:db8::/32', '2001:db8:1::1/128']), 6), [
    '0:0:0:0:0:0:0:0-2001:db8:0:ffff:ffff:ffff:ffff:ffff',
    '2001:db8:1:0:0:0:0:1',
    '2001:db8:2:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  ])
  t.end()
})

for (const family of [4, 6] as const) {
  t.test(`IPv${family}: ranges say of each address what the rule says, and do not touch`, t => {
    const random = seededRandom(family)
    const below = (limit: number): number => Math.floor(random() * limit)
    // Few bits vary, so that networks meet, nest and repeat.
    const some = (): Network[] =>
      Array.from({ length: below(5) }, () => {
        const bits = below(9)
        const value = bits === 0 ? 0 : (below(256) >> (8 - bits)) << (8 - bits)
        return family === 4
          ? { family, address: `10.0.0.${value}`, prefix: 24 + bits }
          : { family, address: `2001:db8::${value.toString(16)}`, prefix: 120 + bits }
      })
    const start = valueOf(family === 4 ? '10.0.0.0' : '2001:db8::')
    let wrong = 0
    for (let round = 0; round < 300; round++) {
      const lists: Access = { allow: some(), deny: some() }
      const ranges = readRanges(deniedRanges(lists, family))
      for (let address = start - 2n; address < start + 258n; address++) {
        const isIn = ranges.some(([first, last]) => address >= first && address <= last)
        if (isIn !== isDenied(lists, family, address)) wrong++
      }
      for (const [index, [first, last]] of ranges.entries()) {
        if (first > last || (index > 0 && first <= (ranges[index - 1]?.[1] ?? 0n) + 1n)) wrong++
      }
    }
    t.equal(wrong, 0)
    t.end()
  })
}
