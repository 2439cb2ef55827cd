import { isIP } from 'node:net'
import t from 'tap'
import { plainAddress, readAddress, writeAddress } from '../../../src/core/address.js'
import { seededRandom } from '../../fixtures/seeded-random.js'

function read(address: string): readonly number[] {
  const bytes = new Uint8Array(16).fill(0xee)
  return [...bytes.subarray(0, readAddress(address, bytes))]
}

t.test('reads IPv4', t => {
  t.same(read('10.1.2.3'), [10, 1, 2, 3])
  t.same(read('0.0.0.0'), [0, 0, 0, 0])
  t.same(read('255.255.255.255'), [255, 255, 255, 255])
  t.end()
})

t.test('reads IPv6 in every form it is written in', t => {
  const zeros = (count: number): number[] => new Array<number>(count).fill(0)
  t.same(read('::'), zeros(16))
  t.same(read('::1'), [...zeros(15), 1])
  t.same(read('1::'), [0, 1, ...zeros(14)])
  t.same(read('2001:DB8::ff00:42'), [0x20, 1, 0x0d, 0xb8, ...zeros(8), 0xff, 0, 0, 0x42])
  t.same(read('1:2:3:4:5:6:7:8'), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8])
  t.same(read('1:2:3:4:5:6:7::'), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 0])
  t.same(read('1:2:3:4:5:6:1.2.3.4'), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 2, 3, 4])
  t.same(read('64:ff9b::1.2.3.4'), [0, 0x64, 0xff, 0x9b, ...zeros(8), 1, 2, 3, 4])
  t.end()
})

t.test('leaves out the zone', t => {
  t.same(read('fe80::1%eth0'), read('fe80::1'))
  t.equal(read('fe80::1%eth0').length, 16)
  t.end()
})

t.test('an IPv4-mapped address is an IPv4 address', t => {
  for (const address of ['::ffff:10.1.2.3', '::FFFF:0a01:0203', '0:0:0:0:0:ffff:10.1.2.3']) {
    t.same(read(address), [10, 1, 2, 3], address)
  }
  for (const address of ['::10.1.2.3', '1::ffff:10.1.2.3', '::fffe:10.1.2.3', '::feff:10.1.2.3']) {
    t.equal(read(address).length, 16, `${address} is not mapped`)
  }
  t.end()
})

t.test('reads nothing else', t => {
  const others = [
    ...[
      '',
      'localhost',
      '1',
      '1.2.3',
      '1.2.3.4.5',
      '1..2.3',
      '.1.2.3',
      '1.2.3.',
      '1.2.3.256',
      '1.2.3.4 ',
      '-1.2.3.4',
    ],
    ...['1.2.3.04', '00.0.0.0', '1.2.3.0000', '1.2.3.4:80', '0x1.2.3.4', '1,2,3,4'],
    ...[
      ':',
      ':::',
      '1::2::3',
      ':1::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4::5:6:7:8',
      'g::',
      '12345::',
    ],
    ...[
      '1.2.3.4::',
      '1:2:3:4:5:6:7:1.2.3.4',
      '::1.2.3',
      '::1.2.3.4:5',
      '[::1]',
      '::1 ',
      '::-1',
      '::1::%eth0',
    ],
  ]
  for (const address of others) t.same(read(address), [], JSON.stringify(address))
  t.end()
})

t.test('reads back random addresses, however they are written', t => {
  const random = seededRandom(1)
  for (let round = 0; round < 2000; round++) {
    const bytes = Array.from({ length: 16 }, () => (random() < 0.5 ? 0 : Math.floor(random() * 256)))
    bytes[0] = 0x20 // not mapped
    const text = writeIPv6(bytes, random)
    const found = read(text)
    if (found.join() !== bytes.join()) t.fail(`${text} -> ${found.join()}`)
  }
  t.pass()
  t.end()
})

t.test('agrees with the system on what is an address', t => {
  const random = seededRandom(2)
  const characters = '0123456789af::::..'
  let addresses = 0
  for (let round = 0; round < 50_000; round++) {
    const text =
      random() < 0.5 ? '1.20.3.255' : writeIPv6([0x20, 1, ...new Array<number>(14).fill(0)], random)
    const at = Math.floor(random() * (text.length + 1))
    const inserted = characters[Math.floor(random() * characters.length)] ?? ''
    const mutated = text.slice(0, at) + inserted + text.slice(at + Math.floor(random() * 3))
    if (isIP(mutated) !== 0) addresses++
    if (read(mutated).length > 0 !== isIP(mutated) > 0) t.fail(mutated)
  }
  t.ok(addresses > 10_000 && addresses < 40_000, `${addresses} addresses among them`)
  t.end()
})

t.test('writes a mapped address as IPv4 and leaves all others as they are', t => {
  t.equal(plainAddress('::ffff:10.1.2.3'), '10.1.2.3')
  t.equal(plainAddress('::FFFF:10.1.2.3'), '10.1.2.3')
  for (const address of ['10.1.2.3', '::1', 'fe80::1%eth0', '2001:db8::ffff:10.1.2.3', '']) {
    t.equal(plainAddress(address), address)
  }
  t.end()
})

t.test('writes bytes in the usual spelling', t => {
  const spelled = [
    ...['0.0.0.0', '10.1.2.3', '255.255.255.255', '::', '::1', '1::', '2001:db8::', 'fe80::10:0'],
    ...['1:2:3:4:5:6:7:8', '1:0:3:4:5:6:7:8', '1:0:0:4:5:6:7:8', '2001:db8:0:1::1', '::3:4:5:6:7:8'],
    ...['1:2:3:4:5:6::', '100::100:0:0', '0:0:1::', 'abcd:ef01:2345:6789:abcd:ef01:2345:6789'],
  ]
  const shortest: Readonly<Record<string, string>> = {
    '1:0:0:4:5:6:7:8': '1::4:5:6:7:8',
    '1:0:0:4:0:0:7:8': '1::4:0:0:7:8',
    '0:0:3:0:0:0:7:8': '0:0:3::7:8',
    '2001:DB8::0': '2001:db8::',
  }
  for (const text of [...spelled, ...Object.keys(shortest)]) {
    t.equal(writeAddress(Uint8Array.from(read(text))), shortest[text] ?? text)
  }
  const random = seededRandom(3)
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: 16 }, () => (random() < 0.6 ? 0 : Math.floor(random() * 256)))
    bytes[0] = 0x20 // not mapped
    const { hostname } = new URL(`http://[${writeIPv6([...bytes], random)}]/`)
    if (`[${writeAddress(bytes)}]` !== hostname) t.fail(`${writeAddress(bytes)} is ${hostname}`)
  }
  t.end()
})

/** One of the ways to write an address: with or without `::`, leading zeros, capitals, a dotted end. */
function writeIPv6(bytes: readonly number[], random: () => number): string {
  const dotted = random() < 0.3
  const groups: string[] = []
  for (let index = 0; index < (dotted ? 12 : 16); index += 2) {
    const hex = ((bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0)).toString(16)
    const padded = random() < 0.2 ? hex.padStart(4, '0') : hex
    groups.push(random() < 0.5 ? padded.toUpperCase() : padded)
  }
  const end = dotted ? [bytes.slice(12).join('.')] : []
  const first = groups.findIndex((group, index) => index > 0 && Number.parseInt(group, 16) === 0)
  if (first < 0 || random() < 0.2) return [...groups, ...end].join(':')
  let last = first + 1
  while (last < groups.length && Number.parseInt(groups[last] ?? '', 16) === 0 && random() < 0.8) last++
  return `${groups.slice(0, first).join(':')}::${[...groups.slice(last), ...end].join(':')}`
}
