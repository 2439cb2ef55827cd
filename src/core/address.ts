/**
 * Writes the bytes of a literal IP address to the start of `into` (16 bytes long) and returns how many there are:
 * 4 for IPv4 and for an IPv4-mapped IPv6 address, 16 for IPv6, 0 for anything else. A zone (`%eth0`) is left out.
 */
export function readAddress(address: string, into: Uint8Array): number {
  if (!address.includes(':')) return readIPv4(address, into) ? 4 : 0
  return readIPv6(address, into)
}

function readIPv4(text: string, into: Uint8Array): boolean {
  let byte = -1
  let written = 0
  for (let index = 0; index <= text.length; index++) {
    const code = text.charCodeAt(index)
    if (code >= 48 && code <= 57) {
      const startsWithZero = byte === 0
      byte = (byte < 0 ? 0 : byte * 10) + code - 48
      if (startsWithZero || byte > 255) return false
    } else {
      if ((code !== 46 && index < text.length) || byte < 0 || written === 4) return false
      into[written++] = byte
      byte = -1
    }
  }
  return written === 4
}

function readIPv6(text: string, into: Uint8Array): number {
  const zone = text.indexOf('%')
  const address = zone < 0 ? text : text.slice(0, zone)
  const [left = '', right, ...rest] = address.split('::')
  const head = readGroups(left, right === undefined)
  const tail = readGroups(right ?? '', true)
  if (head === undefined || tail === undefined || rest.length > 0) return 0
  const gap = 16 - head.length - tail.length
  if (right === undefined ? gap !== 0 : gap < 2) return 0
  into.fill(0, 0, 16)
  into.set(head, 0)
  into.set(tail, 16 - tail.length)
  return isMapped(into) ? unmap(into) : 16
}

/** Only the end of an address may be dotted. */
function readGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (isEnd && index === groups.length - 1 && group.includes('.')) {
      const quad = new Uint8Array(4)
      if (!readIPv4(group, quad)) return undefined
      bytes.push(...quad)
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 255)
    }
  }
  return bytes
}

function isMapped(bytes: Uint8Array): boolean {
  for (let index = 0; index < 10; index++) if (bytes[index] !== 0) return false
  return bytes[10] === 255 && bytes[11] === 255
}

function unmap(bytes: Uint8Array): number {
  bytes.copyWithin(0, 12, 16)
  return 4
}

/** The bytes of an address, 4 or 16, as text: that of an IPv6 address is the short one of RFC 5952. */
export function writeAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(2 * index).toString(16))
  const text = groups.join(':')
  const zeros = [...text.matchAll(/\b0(?::0)+\b/g)].reduce<RegExpExecArray | undefined>(
    (longest, run) => (longest === undefined || run[0].length > longest[0].length ? run : longest),
    undefined,
  )
  if (zeros === undefined) return text
  const before = text.slice(0, zeros.index).replace(/:$/, '')
  const after = text.slice(zeros.index + zeros[0].length).replace(/^:/, '')
  return `${before}::${after}`
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** The address as people write it: an IPv4-mapped IPv6 address, as dual-stack sockets report it, becomes IPv4. */
export function plainAddress(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address
}
