import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import type { Clock, Millis } from '../../clock.js'

/** Between two looks at the send queues, at least; a long table makes it longer. */
const SHORTEST_PAUSE: Millis = 4
const TABLES = ['/proc/thread-self/net/tcp', '/proc/thread-self/net/tcp6']

interface Pending {
  readonly socket: Socket
  readonly deadline: Millis
}

/**
 * Resets sockets once what was written to them has arrived. A reset at once would throw away what still waits in the
 * kernel's send queue, and a clean close would hide that the stream was cut. Node cannot ask a socket for its send
 * queue, so Linux's table of TCP sockets is read, once for all that wait; elsewhere only Node's own queue is awaited.
 */
export class ResetQueue {
  readonly #clock: Clock
  readonly #pending = new Set<Pending>()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Owns the socket's end from now on. It is reset `within` at the latest, delivered or not. */
  reset(socket: Socket, within: Millis): void {
    if (socket.destroyed) return
    if (socket.bytesWritten === 0) {
      resetNow(socket)
      return
    }
    this.#pending.add({ socket, deadline: this.#clock.now() + within })
    if (!this.#looking) void this.#look()
  }

  async #look(): Promise<void> {
    this.#looking = true
    while (this.#pending.size > 0) {
      const started = this.#clock.now()
      const unsent = await unsentConnections()
      const now = this.#clock.now()
      for (const pending of this.#pending) {
        const { socket, deadline } = pending
        if (!socket.destroyed && deadline > now && !isDelivered(socket, unsent)) continue
        this.#pending.delete(pending)
        resetNow(socket)
      }
      const pause = Math.max(SHORTEST_PAUSE, 4 * (now - started))
      if (this.#pending.size > 0) await new Promise<void>(resolve => this.#clock.after(pause, resolve))
    }
    this.#looking = false
  }
}

/** Resets a connection now; a unix socket, which has no reset, is closed. */
export function resetNow(socket: Socket): void {
  if (socket.destroyed) return
  if (socket.remotePort === undefined && !socket.connecting) socket.destroy()
  else socket.resetAndDestroy()
}

function isDelivered(socket: Socket, unsent: ReadonlySet<string>): boolean {
  if (socket.writableLength > 0) return false
  return !unsent.has(`${socket.localPort}:${socket.remotePort}`)
}

/** The port pairs, `local:remote`, of all TCP sockets with bytes that the peer has not acknowledged. */
async function unsentConnections(): Promise<ReadonlySet<string>> {
  const unsent = new Set<string>()
  for (const table of TABLES) {
    for (const pair of parseUnsent(await readTable(table))) unsent.add(pair)
  }
  return unsent
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return ''
  }
}

/** @param table the text of /proc/net/tcp (Linux, Documentation/networking/proc_net_tcp.rst) */
export function parseUnsent(table: string): readonly string[] {
  const row = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/gm
  const pairs: string[] = []
  for (const [, local = '', remote = '', queued = ''] of table.matchAll(row)) {
    if (queued !== '00000000') pairs.push(`${Number.parseInt(local, 16)}:${Number.parseInt(remote, 16)}`)
  }
  return pairs
}
