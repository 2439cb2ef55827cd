import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import { infoRequest, parseAnswer, tokenRequest } from '../../examples/game-server-udp/teeworlds.js'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { scratchDirectory } from './scratch.js'
import { startServer, type ServerProcess } from './server-process.js'

/** A game server on its port. */
export interface GameServer {
  readonly port: number
  readonly process: ServerProcess
}

/** Starts a Teeworlds server that tells clients this name. */
export async function startTeeworlds(t: Test, name: string, port?: number): Promise<GameServer> {
  const taken = port ?? (await freePort())
  const directory = scratchDirectory(t)
  const process = await startServer(t, {
    command: pathOf('teeworlds-server'),
    args: [`sv_name ${name}`, `sv_port ${taken}`, 'bindaddr 127.0.0.1', 'sv_register 0'],
    cwd: directory,
    env: { HOME: directory },
    ready: /server name is/,
  })
  return { port: taken, process }
}

/** A client with one socket, which it keeps. It asks the server's name again and again. */
export class Player {
  /** The names in the order of the requests they answer; undefined where no answer has come. */
  readonly answers: (string | undefined)[] = []
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', datagram => this.#receive(datagram))
  }

  /** A player at a loopback address, towards a port of 127.0.0.1. Leaves when the test ends. */
  static async join(t: Test, port: number, address: string): Promise<Player> {
    const socket = createSocket('udp4')
    socket.bind(0, address)
    await once(socket, 'listening')
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const player = new Player(socket)
    t.teardown(() => player.leave())
    return player
  }

  /** The server that answered last. */
  get server(): string | undefined {
    return this.answers.findLast(name => name !== undefined)
  }

  get lost(): number {
    return this.answers.filter(name => name === undefined).length
  }

  /** Asks at a rate, until pause. */
  play(perSecond: number): void {
    this.#timer = setInterval(() => this.#ask(), 1000 / perSecond)
  }

  pause(): void {
    clearInterval(this.#timer)
  }

  leave(): void {
    if (this.#timer === undefined) return
    this.pause()
    this.#timer = undefined
    this.#socket.close()
  }

  /** Each request is a whole handshake, as server browsers do it; its number is the client's token. */
  #ask(): void {
    this.#socket.send(tokenRequest(this.answers.push(undefined) - 1))
  }

  #receive(datagram: Buffer): void {
    const answer = parseAnswer(datagram)
    if (answer?.kind === 'token') this.#socket.send(infoRequest(answer.serverToken, answer.clientToken))
    if (answer?.kind === 'info') this.answers[answer.clientToken] = answer.name
  }
}
