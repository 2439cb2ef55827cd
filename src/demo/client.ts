import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { get } from 'node:http'

/** The body of one answer over a connection of its own. */
export function request(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host, port, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve(body.trim()))
    }).on('error', reject)
  })
}

/** A player that keeps its port, so the balancer sees one and the same client. */
export class Player {
  readonly #socket: Socket = createSocket('udp4')

  /** Connects to the balancer; rejects when that is refused. */
  async join(host: string, port: number): Promise<void> {
    this.#socket.connect(port, host)
    await once(this.#socket, 'connect')
  }

  /** Sends a datagram and waits for the answer; the signal gives up waiting. */
  async say(text: string, signal: AbortSignal): Promise<string> {
    const answer = once(this.#socket, 'message', { signal })
    this.#socket.send(text)
    const [datagram] = (await answer) as [Buffer]
    return datagram.toString().trim()
  }

  leave(): void {
    this.#socket.close()
  }
}
