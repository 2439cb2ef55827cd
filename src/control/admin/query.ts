import { plainAddress, readAddress } from '../../core/address.js'

/** A client as `explain` is asked about it; port 0 = any. */
export interface ClientAddress {
  readonly address: string
  readonly port: number
}

/** A literal address with or without a port. */
const CLIENT =
  /^(?:\[(?<bracketed>[^[\]]+)\](?::(?<portAfter>\d{1,5}))?|(?<v4>[\d.]+)(?::(?<port>\d{1,5}))?|(?<bare>[^[\]]+))$/

/** Reads `IP`, `IP:PORT` or `[IPv6]:PORT`; undefined = it is none of these. */
export function readClient(text: string): ClientAddress | undefined {
  const { bracketed, portAfter, v4, port = portAfter ?? '0', bare } = CLIENT.exec(text)?.groups ?? {}
  const address = bracketed ?? v4 ?? bare ?? ''
  const isLiteral = readAddress(address, new Uint8Array(16)) > 0
  if (!isLiteral || (bracketed !== undefined && !address.includes(':')) || Number(port) > 65535)
    return undefined
  return { address: plainAddress(address), port: Number(port) }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h|d)$/
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/

/** The time in milliseconds since 1970 that `1h` (before `now`) or an ISO time stands for; undefined = it is neither. */
export function readSince(text: string, now: number): number | undefined {
  const { amount, unit = '' } = DURATION.exec(text)?.groups ?? {}
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0)
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

/** A whole number from `least` to `most` in decimal digits; undefined = it is none. */
export function readCount(text: string, least: number, most: number): number | undefined {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  return count >= least && count <= most ? count : undefined
}
