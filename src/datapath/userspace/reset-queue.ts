import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { Clock, Millis } from '../../clock.js'

/** Between two looks at the send queues, at least; a long table makes it longer. */
const SHORTEST_PAUSE: Millis = 4
/** How long a peer may take no byte of what is left for it. */
const PATIENCE: Millis = 10_000
const TABLES = ['/proc/thread-self/net/tcp', '/proc/thread-self/net/tcp6']

interface Pending {
  readonly socket: Socket
  /** Bytes left at the last look. */
  left: number
  deadline: Millis
}

/**
 * Resets sockets once what was written to them has arrived. A reset at once would throw away what still waits in the
 * kernel's send queue, and a clean close would hide that the stream was cut. Node cannot ask a socket for its send
 * queue, so Linux's table of TCP sockets is read, once for all that wait; elsewhere only Node's own queue is awaited.
 */
export class ResetQueue {
  readonly #clock: Clock
  readonly #pending = new Map<Socket, Pending>()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Owns the socket's end from now on. It is reset at the latest when its peer takes no byte for some seconds. */
  reset(socket: Socket): void {
    if (socket.destroyed || this.#pending.has(socket)) return
    if (socket.bytesWritten === 0) {
      resetNow(socket)
      return
    }
    this.#pending.set(socket, { socket, left: Infinity, deadline: this.#clock.now() + PATIENCE })
    if (!this.#looking) void this.#look()
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#pending.size > 0) {
      const started = this.#clock.now()
      const unsent = await unsentBytes()
      const now = this.#clock.now()
      for (const pending of this.#pending.values()) {
        if (this.#isWaiting(pending, unsent, now)) continue
        this.#pending.delete(pending.socket)
        resetNow(pending.socket)
      }
      const pause = Math.max(SHORTEST_PAUSE, 4 * (now - started))
      if (this.#pending.size > 0) await new Promise<void>(resolve => this.#clock.after(pause, resolve))
    }
    this.#looking = false
  }

  #isWaiting(pending: Pending, unsent: ReadonlyMap<string, number>, now: Millis): boolean {
    const { socket } = pending
    if (socket.destroyed) return false
    const left = socket.writableLength + (unsent.get(`${socket.localPort}:${socket.remotePort}`) ?? 0)
    if (left < pending.left) {
      pending.left = left
      pending.deadline = now + PATIENCE
    }
    return left > 0 && now < pending.deadline
  }
}

/** Resets a connection now; a unix socket, which has no reset, is closed. */
export function resetNow(socket: Socket): void {
  if (socket.destroyed) return
  if (isShuttingDown(socket)) setImmediate(resetNow, socket)
  else if (socket.remotePort === undefined && !socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

/** While a shutdown is under way a reset is refused, and the socket would never close. */
function isShuttingDown(socket: Socket): boolean {
  return socket.writableEnded && !socket.writableFinished && socket.writableLength === 0
}

/** Bytes that peers have not acknowledged, by the port pair `local:remote` of the socket. */
async function unsentBytes(): Promise<ReadonlyMap<string, number>> {
  const tables = await Promise.all(TABLES.map(table => readFile(table, 'latin1').catch(() => '')))
  return new Map(tables.flatMap(table => parseUnsent(table)))
}

/** @param table the text of /proc/net/tcp (Linux, Documentation/networking/proc_net_tcp.rst) */
export function parseUnsent(table: string): readonly (readonly [ports: string, bytes: number])[] {
  const row = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/gm
  return [...table.matchAll(row)].flatMap(([, local = '', remote = '', queued = '']) =>
    queued === '00000000'
      ? []
      : [
          [
            `${Number.parseInt(local, 16)}:${Number.parseInt(remote, 16)}`,
            Number.parseInt(queued, 16),
          ] as const,
        ],
  )
}
