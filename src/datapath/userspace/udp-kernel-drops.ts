import { endianness } from 'node:os'
import { readAddress } from '../../core/address.js'
import { readSocketTables } from './socket-tables.js'

/** A bound UDP socket. It is known by its identity: one that comes later at the same address is another. */
export interface BoundSocket {
  readonly address: string
  readonly port: number
}

/** Who has UDP sockets that come and go. */
export interface SocketSource {
  /** Those that are open now. */
  sockets(): Iterable<BoundSocket>
}

/** The system's tables of UDP sockets as they are now; none while they cannot be read. */
export type ReadTables = () => Promise<readonly string[]>

const readTables: ReadTables = () => readSocketTables('udp').catch(() => [])

/** Counts what the kernel dropped because a receive buffer was full. The count rises only, whatever sockets come and go. */
export class KernelDrops {
  readonly #readTables: ReadTables
  /** What was counted of a socket; gone with it. */
  readonly #counted = new WeakMap<BoundSocket, number>()
  #total = 0
  #counting: Promise<number> | undefined

  constructor(read = readTables) {
    this.#readTables = read
  }

  /**
   * The drops so far at the open sockets, and those that were counted at sockets that are closed; 0 where the system
   * does not say. Calls at the same time share one count.
   */
  count(sources: readonly SocketSource[]): Promise<number> {
    if (sources.length === 0) return Promise.resolve(this.#total)
    this.#counting ??= this.#count(sources).finally(() => (this.#counting = undefined))
    return this.#counting
  }

  async #count(sources: readonly SocketSource[]): Promise<number> {
    const drops = new Map((await this.#readTables()).flatMap(parseDrops))
    const ports = new Set([...drops.keys()].map(portOf))
    if (ports.size === 0) return this.#total
    for (const source of sources) {
      for (const socket of source.sockets()) {
        if (ports.has(socket.port)) this.#add(socket, drops.get(tableKey(socket)) ?? 0)
      }
    }
    return this.#total
  }

  #add(socket: BoundSocket, now: number): void {
    const before = this.#counted.get(socket) ?? 0
    // A table that changes while it is read may lack a socket that is there.
    if (now <= before) return
    this.#total += now - before
    this.#counted.set(socket, now)
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
export function tableKey({ address, port }: BoundSocket): string {
  const bytes = new Uint8Array(16)
  const length = readAddress(address, bytes)
  const words: string[] = []
  for (let offset = 0; offset < length; offset += 4) {
    const word = [...bytes.subarray(offset, offset + 4)]
    words.push(...(endianness() === 'LE' ? word.reverse() : word).map(byte => hex(byte, 2)))
  }
  return `${words.join('')}:${hex(port, 4)}`
}

function portOf(key: string): number {
  return Number.parseInt(key.slice(-4), 16)
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
