import t from 'tap'
import { readAddress } from '../../../src/core/address.js'
import { hashText, jhash, mix32 } from '../../../src/core/hash.js'
import { chiSquare, tally } from '../../fixtures/statistics.js'

t.test('jhash agrees with the kernel', t => {
  // Recorded from Linux 6.18: an nftables rule `jhash ip saddr mod 4294967295 seed 0` stored what it computed for a
  // datagram from each address; that modulus makes the kernel's (hash * mod) >> 32 one less than the hash.
  const recorded: readonly (readonly [address: string, hash: number])[] = [
    ['127.0.0.1', 0x66cb9b0d],
    ['127.0.0.2', 0xb8670330],
    ['10.1.2.3', 0xca44a026],
    ['192.168.0.1', 0x67d0c76f],
    ['203.0.113.77', 0x3c33009b],
    ['::1', 0x3e1272a8],
    ['2001:db8::1', 0x0e5b0ada],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', 0x9dda90cd],
  ]
  const bytes = new Uint8Array(16)
  for (const [address, hash] of recorded) {
    const length = readAddress(address, bytes)
    t.equal(jhash(bytes, length), hash + 1, address)
    t.equal(jhash(bytes.slice(0, length)), hash + 1, `${address}, the length left to the bytes`)
  }
  t.end()
})

t.test('jhash agrees with the vectors published with lookup3', t => {
  const text = Buffer.from('Four score and seven years ago')
  t.equal(jhash(text), 0x17770551)
  t.equal(jhash(text, text.length, 1), 0xcd628161)
  t.equal(jhash(new Uint8Array()), 0xdeadbeef)
  t.equal(jhash(new Uint8Array(), 0, 0xdeadbeef), 0xbd5b7dde)
  t.end()
})

t.test('jhash looks at every byte up to the length and at none after it', t => {
  for (let length = 0; length <= 26; length++) {
    const bytes = new Uint8Array(27).fill(7)
    const hash = jhash(bytes, length)
    for (let index = 0; index < bytes.length; index++) {
      const changed = Uint8Array.from(bytes)
      changed[index] = 8
      if ((jhash(changed, length) !== hash) !== index < length) t.fail(`byte ${index} of ${length}`)
    }
    t.pass(`length ${length}`)
  }
  t.end()
})

t.test('jhash takes bytes that are missing as 0', t => {
  t.equal(jhash(Uint8Array.of(1, 2, 3), 16), jhash(Uint8Array.of(1, 2, 3, ...new Uint8Array(13))))
  t.end()
})

t.test('mix32 is the finaliser of MurmurHash3', t => {
  t.equal(mix32(0), 0)
  t.equal(mix32(1) >>> 0, 0x514e28b7)
  t.equal(mix32(-1) >>> 0, 0x81f16f39)
  t.end()
})

t.test('every input bit of mix32 flips every output bit about half the time', t => {
  const samples = 2048
  const flips = new Uint32Array(32 * 32)
  for (let sample = 0; sample < samples; sample++) {
    for (let input = 0; input < 32; input++) {
      const flipped = mix32(sample) ^ mix32(sample ^ (1 << input))
      for (let output = 0; output < 32; output++) {
        flips[input * 32 + output] = (flips[input * 32 + output] ?? 0) + ((flipped >>> output) & 1)
      }
    }
  }
  t.ok(Math.min(...flips) > samples * 0.4, `at least ${Math.min(...flips)} of ${samples}`)
  t.ok(Math.max(...flips) < samples * 0.6, `at most ${Math.max(...flips)} of ${samples}`)
  t.end()
})

t.test('hashText spreads names that differ only at their end, in its high and in its low bits', t => {
  const hashes = Array.from({ length: 6400 }, (_, port) => hashText(`10.0.0.1:${20_000 + port}`, 0) >>> 0)
  const bound = 107 // chi-square, 63 degrees of freedom, 1 in 2,000
  t.ok(chiSquare([...tally(hashes.map(hash => hash >>> 26)).values()]) < bound, 'high bits')
  t.ok(chiSquare([...tally(hashes.map(hash => hash & 63)).values()]) < bound, 'low bits')
  t.equal(new Set(hashes).size, hashes.length, 'no two alike')
  t.end()
})

t.test('hashText depends on the whole text and on the seed', t => {
  t.equal(hashText('db1', 0), hashText('db1', 0))
  t.not(hashText('db1', 0), hashText('db1', 1))
  t.not(hashText('db1', 0), hashText('db2', 0))
  t.not(hashText('db1', 0), hashText('bd1', 0))
  t.not(hashText('', 0), hashText('', 1))
  t.end()
})
