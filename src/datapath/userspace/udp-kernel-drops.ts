import { endianness } from 'node:os'
import { readAddress } from '../../core/address.js'
import { readSocketTables } from './socket-tables.js'

/** A bound UDP socket. */
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

/** What the kernel dropped at sockets because their receive buffer was full, by the number of the socket (its inode). */
export type SocketDrops = ReadonlyMap<number, number>

/** Finds the drops of our open sockets. */
export class KernelDrops {
  readonly #readTables: ReadTables
  #finding: Promise<SocketDrops> | undefined

  constructor(read = readTables) {
    this.#readTables = read
  }

  /**
   * Those of the sockets of `sources` that have any, and of sockets that another thread has bound to the same address;
   * none where the system does not say. Calls at the same time share one look.
   */
  find(sources: readonly SocketSource[]): Promise<SocketDrops> {
    if (sources.length === 0) return Promise.resolve(new Map())
    this.#finding ??= this.#find(sources).finally(() => (this.#finding = undefined))
    return this.#finding
  }

  async #find(sources: readonly SocketSource[]): Promise<SocketDrops> {
    const rows = (await this.#readTables()).flatMap(parseDrops)
    const ports = new Set(rows.map(({ local }) => portOf(local)))
    const ours = new Set<string>()
    for (const source of sources) {
      for (const socket of source.sockets()) if (ports.has(socket.port)) ours.add(tableKey(socket))
    }
    return new Map(rows.filter(({ local }) => ours.has(local)).map(({ socket, drops }) => [socket, drops]))
  }
}

/** Sockets whose drops are remembered: beyond it, those that were not heard of for longest are forgotten. */
const REMEMBERED = 10_000

/** Adds up the drops of sockets that come and go, whichever thread tells of them. The sum rises only. */
export class DropTotal {
  readonly #counted = new Map<number, number>()
  #total = 0

  get value(): number {
    return this.#total
  }

  add(found: SocketDrops): void {
    for (const [socket, drops] of found) {
      const before = this.#counted.get(socket) ?? 0
      this.#counted.delete(socket)
      this.#counted.set(socket, Math.max(before, drops))
      this.#total += Math.max(0, drops - before)
    }
    for (const socket of this.#counted.keys()) {
      if (this.#counted.size <= REMEMBERED) return
      this.#counted.delete(socket)
    }
  }
}

interface DropRow {
  /** The local address as the table shows it. */
  readonly local: string
  readonly socket: number
  readonly drops: number
}

/**
 * The sockets that have drops.
 *
 * @param table the text of /proc/net/udp (Linux, proc(5)): the local address is its second column, the inode its tenth,
 *   drops its last
 */
export function parseDrops(table: string): readonly DropRow[] {
  const row = /^\s*\d+: ([0-9A-F]+:[0-9A-F]{4}) .*\s(\d+) \d+ \S+ ([1-9]\d*)\s*$/gm
  return [...table.matchAll(row)].map(([, local = '', socket, drops]) => ({
    local,
    socket: Number(socket),
    drops: Number(drops),
  }))
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
