import type { Endpoint } from '../../core/backend.js'
import type { ProbeSpec } from '../../core/service.js'
import type { SocketOwner, StreamSocket } from '../../sockets/stream-socket.js'
import { streamSockets } from '../../sockets/stream-sockets.js'
import { attempt } from './attempt.js'
import { withPort } from './dial.js'
import { Matcher, quote } from './expectation.js'
import type { Probe, Verdict } from './probe.js'
import { connectVerdict, dead, passed } from './verdict.js'

type TcpProbeSpec = Extract<ProbeSpec, { kind: 'tcp' }>

/** Passes when the backend accepts a connection and, if asked to, sends what is expected. */
export function tcpProbe(spec: TcpProbeSpec): Probe {
  return (target, signal) =>
    attempt(signal, settle => {
      const conversation = new Conversation(spec, withPort(target, spec.port), settle)
      return () => conversation.end()
    })
}

/** One connection to a backend, and what was said on it. Owns its socket. */
class Conversation implements SocketOwner {
  readonly #spec: TcpProbeSpec
  readonly #target: Endpoint
  readonly #settle: (verdict: Verdict) => void
  readonly #matcher: Matcher | undefined
  readonly #socket: StreamSocket

  /** @param settle may be told more than one verdict: the first counts */
  constructor(spec: TcpProbeSpec, target: Endpoint, settle: (verdict: Verdict) => void) {
    this.#spec = spec
    this.#target = target
    this.#settle = settle
    this.#matcher = spec.expect && new Matcher(spec.expect)
    this.#socket = streamSockets.connect(target, undefined, this)
  }

  end(): void {
    this.#socket.close()
  }

  onConnect(): void {
    if (this.#spec.send !== undefined) this.#socket.write(Buffer.from(this.#spec.send))
    if (this.#matcher === undefined) this.#settle(passed('connected'))
    else this.#socket.resume()
  }

  onData(chunk: Buffer): true {
    const match = this.#matcher?.feed(chunk)
    if (match === 'match') this.#settle(passed('answered'))
    if (match === 'mismatch') this.#settle(dead(`unexpected answer ${quote(this.#matcher?.answer ?? '')}`))
    return true
  }

  onEnd(): void {
    const answer = this.#matcher?.answer
    this.#settle(dead(answer ? `unexpected answer ${quote(answer)}` : 'closed before answering'))
  }

  onError(code: string): void {
    this.#settle(connectVerdict(code, this.#target))
  }

  onClose(): void {
    this.onEnd()
  }
}
