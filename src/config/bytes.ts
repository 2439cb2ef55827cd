import { ConfigError } from './config-error.js'

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ['\\r', 13],
  ['\\n', 10],
  ['\\t', 9],
  ['\\0', 0],
  ['\\\\', 92],
])

const HEX = 'hex:'

/** The bytes of text (UTF-8) with `\r \n \t \0 \\ \xNN` escapes, or of `hex:` and pairs of digits. Never empty. */
export function parseBytes(path: string, text: string): Uint8Array {
  const bytes = text.startsWith(HEX) ? readHex(path, text) : readEscaped(path, text)
  if (bytes.length === 0) throw new ConfigError(path, text, 'no bytes')
  return Uint8Array.from(bytes)
}

function readHex(path: string, text: string): number[] {
  const digits = text.slice(HEX.length)
  if (!/^([0-9a-f]{2})*$/i.test(digits))
    throw new ConfigError(path, text, 'hex: takes pairs of hexadecimal digits')
  return Array.from(digits.matchAll(/../g), ([pair]) => Number.parseInt(pair, 16))
}

function readEscaped(path: string, text: string): number[] {
  const encoder = new TextEncoder()
  const bytes: number[] = []
  for (const [part] of text.matchAll(/\\x[0-9a-fA-F]{2}|\\[rnt0\\]|[^\\]+|\\/g)) {
    if (part.startsWith('\\')) {
      const byte = part.startsWith('\\x') ? Number.parseInt(part.slice(2), 16) : ESCAPES.get(part)
      if (byte === undefined)
        throw new ConfigError(path, text, 'unknown escape (known: \\r \\n \\t \\0 \\\\ \\xNN)')
      bytes.push(byte)
    } else {
      for (const byte of encoder.encode(part)) bytes.push(byte)
    }
  }
  return bytes
}

/** The bytes as {@link parseBytes} reads them, also where a leading `re:` would mean something else. */
export function formatBytes(bytes: Uint8Array): string {
  const text = Array.from(bytes, formatByte).join('')
  return /^(hex|re):/.test(text) ? `\\x${text.charCodeAt(0).toString(16)}${text.slice(1)}` : text
}

function formatByte(byte: number): string {
  for (const [escape, escaped] of ESCAPES) if (byte === escaped) return escape
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
}
