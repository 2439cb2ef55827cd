import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { scratchDirectory } from './scratch.js'
import { startServer, type ServerProcess } from './server-process.js'

const PROTOCOL = '4f457403'
const NOBODY = '0000'
const RELIABLE = '0003'
const FIRST_SEQUENCE = 65_500
const RETRY_MS = 250

/** An empty message of somebody without a number: the server answers with a number. */
const HELLO = `${PROTOCOL}${NOBODY}0001`

/** What a server browser does to see whether a server is there. */
export const MINETEST_PROBE = `udp,send=hex:${HELLO},expect=hex:${PROTOCOL}`

/** Starts a Minetest server with an empty world. */
export async function startMinetest(t: Test): Promise<{ port: number; process: ServerProcess }> {
  const port = await freePort()
  const directory = scratchDirectory(t)
  const config = join(directory, 'minetest.conf')
  writeFileSync(config, 'bind_address = 127.0.0.1\nserver_announce = false\n')
  const process = await startServer(t, {
    command: pathOf('minetestserver'),
    args: [
      ...['--config', config, '--world', join(directory, 'world'), '--gameid', 'minetest'],
      ...['--port', String(port), '--logfile', ''],
    ],
    cwd: directory,
    env: { HOME: directory },
    ready: /listening on/,
  })
  return { port, process }
}

/** A client that has a number on a server, and one socket. */
export class MinetestPeer {
  readonly #socket: Socket
  #number = NOBODY
  #sequence = FIRST_SEQUENCE

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(t: Test, port: number): Promise<MinetestPeer> {
    const socket = createSocket('udp4')
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    t.teardown(() => socket.close())
    return new MinetestPeer(socket)
  }

  /** Gets a number from whichever server answers. */
  async join(): Promise<void> {
    this.#sequence = FIRST_SEQUENCE
    const answer = await this.#exchange(HELLO, `${PROTOCOL}00010003ffdc0001`, RETRY_MS)
    this.#number = answer.slice(24, 28)
  }

  /** Sends a reliable packet and resolves when the server it has joined confirms it; rejects when `signal` aborts. */
  async ping(signal?: AbortSignal): Promise<void> {
    const sequence = this.#sequence.toString(16).padStart(4, '0')
    this.#sequence = (this.#sequence + 1) % 65_536
    const packet = `${PROTOCOL}${this.#number}${RELIABLE}${sequence}0002`
    await this.#exchange(packet, `${PROTOCOL}0001000000${sequence}`, RETRY_MS, signal)
  }

  /** Gives the number back. The server would go on talking to it for half a minute. */
  leave(): void {
    this.#socket.send(Buffer.from(`${PROTOCOL}${this.#number}000003`, 'hex'))
  }

  /** Sends, again and again as the protocol says, until a datagram that starts like this arrives. */
  async #exchange(packet: string, answer: string, retryMs: number, signal?: AbortSignal): Promise<string> {
    const send = () => this.#socket.send(Buffer.from(packet, 'hex'))
    send()
    const timer = setInterval(send, retryMs)
    try {
      for (;;) {
        const [datagram] = (await once(this.#socket, 'message', { signal })) as [Buffer]
        const text = datagram.toString('hex')
        if (text.startsWith(answer)) return text
      }
    } finally {
      clearInterval(timer)
    }
  }
}
