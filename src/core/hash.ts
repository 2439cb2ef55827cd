const GOLDEN = 0xdeadbeef

/**
 * Bob Jenkins' lookup3 as the Linux kernel has it (`jhash()` in include/linux/jhash.h, little-endian loads), so a
 * client's hash is the one that an nftables `jhash` expression computes. Returns an unsigned 32-bit number.
 */
export function jhash(bytes: Uint8Array, length = bytes.length, seed = 0): number {
  const initial = (GOLDEN + length + seed) | 0
  let [a, b, c] = [initial, initial, initial]
  let offset = 0
  let left = length
  for (; left > 12; left -= 12, offset += 12) {
    a = (a + word(bytes, offset, 4)) | 0
    b = (b + word(bytes, offset + 4, 4)) | 0
    c = (c + word(bytes, offset + 8, 4)) | 0
    a = (a - c) ^ rotate(c, 4)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 6)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 8)
    b = (b + a) | 0
    a = (a - c) ^ rotate(c, 16)
    c = (c + b) | 0
    b = (b - a) ^ rotate(a, 19)
    a = (a + c) | 0
    c = (c - b) ^ rotate(b, 4)
    b = (b + a) | 0
  }
  if (left === 0) return c >>> 0
  a = (a + word(bytes, offset, left)) | 0
  b = (b + word(bytes, offset + 4, left - 4)) | 0
  c = (c + word(bytes, offset + 8, left - 8)) | 0
  c = ((c ^ b) - rotate(b, 14)) | 0
  a = ((a ^ c) - rotate(c, 11)) | 0
  b = ((b ^ a) - rotate(a, 25)) | 0
  c = ((c ^ b) - rotate(b, 16)) | 0
  a = ((a ^ c) - rotate(c, 4)) | 0
  b = ((b ^ a) - rotate(a, 14)) | 0
  c = ((c ^ b) - rotate(b, 24)) | 0
  return c >>> 0
}

/** MurmurHash3's 32-bit finaliser (Appleby): every input bit reaches every output bit. Signed result. */
export function mix32(value: number): number {
  let hash = value ^ (value >>> 16)
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** FNV-1a over the UTF-16 units of a text, finalised: FNV alone leaves names that end alike close together. */
export function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return mix32(hash)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** Up to four bytes as a little-endian word; fewer than four leave the high bytes 0. */
function word(bytes: Uint8Array, offset: number, count: number): number {
  let value = 0
  for (let index = Math.min(count, 4) - 1; index >= 0; index--)
    value = (value << 8) | (bytes[offset + index] ?? 0)
  return value
}
