import { readAddress } from '../core/address.js'

/** 4 or 6 for a literal address that a socket takes as it is, with or without a zone; undefined for anything else. */
export function literalFamily(text: string): 4 | 6 | undefined {
  const [, address = text, zone] = ZONED.exec(text) ?? []
  if (!readAddress(address, new Uint8Array(16)) || OCTAL.test(address)) return undefined
  if (!address.includes(':')) return zone === undefined ? 4 : undefined
  return IPV6_SHAPE.test(address) ? 6 : undefined
}

const ZONED = /^([^%]*)%([\w.-]+)$/

/** `010` is 8 to some readers and 10 to others; sockets take neither for a literal. */
const OCTAL = /(^|[.:])0\d+\.|\.0\d+$/

/** The dotted form may only end an IPv6 address. */
const IPV6_SHAPE = /^[0-9a-f:]+((?<=:)[\d.]+)?$/i

/** Whether the text can be a host name: letters, digits, `-` and `_` in labels of up to 63, and no mistyped IPv4. */
export function isHostName(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length > 253 || /(^|\.)\d+$/.test(name)) return false
  return name.split('.').every(label => /^\w([\w-]{0,61}\w)?$/.test(label))
}
