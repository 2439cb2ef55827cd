import { readFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { readAddress } from '../../core/address.js'

const TABLES = ['/proc/thread-self/net/udp', '/proc/thread-self/net/udp6']

/** A bound UDP socket. */
export interface BoundAddress {
  readonly address: string
  readonly port: number
}

/** Counts what the kernel dropped because a receive buffer was full. The count rises only, whatever sockets come and go. */
export class KernelDrops {
  readonly #seen = new Map<string, number>()
  #total = 0

  /** The drops at these sockets, and at those that were given before, so far; 0 where the system does not say. */
  async count(sockets: readonly BoundAddress[]): Promise<number> {
    if (sockets.length === 0) return this.#total
    const tables = await Promise.all(TABLES.map(table => readFile(table, 'latin1').catch(() => '')))
    const drops = new Map(tables.flatMap(table => parseDrops(table)))
    for (const socket of sockets) {
      const key = tableKey(socket)
      const now = drops.get(key) ?? 0
      const before = this.#seen.get(key) ?? 0
      this.#seen.set(key, now)
      this.#total += Math.max(now - before, 0)
    }
    return this.#total
  }
}

/**
 * The drops of each local address that has any.
 *
 * @param table the text of /proc/net/udp (Linux, proc(5)): the local address is its second column, drops its last
 */
export function parseDrops(table: string): readonly (readonly [local: string, drops: number])[] {
  const row = /^\s*\d+: ([0-9A-F]+:[0-9A-F]{4}) .*\s([1-9]\d*)\s*$/gm
  return [...table.matchAll(row)].map(([, local = '', drops = '']) => [local, Number(drops)] as const)
}

/** An address as the table shows it: words of four bytes, each as the machine reads them, and the port in hexadecimal. */
export function tableKey({ address, port }: BoundAddress): string {
  const bytes = new Uint8Array(16)
  const length = readAddress(address, bytes)
  const words: string[] = []
  for (let offset = 0; offset < length; offset += 4) {
    const word = [...bytes.subarray(offset, offset + 4)]
    words.push(...(endianness() === 'LE' ? word.reverse() : word).map(byte => hex(byte, 2)))
  }
  return `${words.join('')}:${hex(port, 4)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
