import { createSocket } from 'node:dgram'
import type { ProbeSpec } from '../../core/service.js'
import { UdpPeer } from '../../core/udp-peer.js'
import { attempt } from './attempt.js'
import { withPort } from './dial.js'
import { Matcher, quote } from './expectation.js'
import type { Probe } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** Passes when the backend replies with a datagram, and with the right one if one is expected. */
export function udpProbe(spec: Extract<ProbeSpec, { kind: 'udp' }>): Probe {
  const { send, expect } = spec
  return (target, signal) =>
    attempt(signal, settle => {
      const endpoint = withPort(target, spec.port)
      if (endpoint.kind === 'unix') {
        settle(dead('a unix socket cannot be probed by udp'))
        return () => undefined
      }
      const { host, port, family } = endpoint
      const socket = createSocket({
        type: family === 6 ? 'udp6' : 'udp4',
        // The host is a literal address, also the wildcard one that the socket is bound to: nothing to look up.
        lookup: (literal, _options, found) => found(null, literal, family),
      })
      socket.on('error', error => settle(verdictOf(error)))
      let backend: UdpPeer | undefined
      socket.on('message', (reply, from) => {
        if (backend?.sent(from) !== true) return
        const matcher = expect && new Matcher(expect)
        if (matcher === undefined || matcher.feed(reply) === 'match') settle(passed('answered'))
        else settle(dead(`unexpected answer ${quote(matcher.answer)}`))
      })
      socket.on('connect', () => {
        backend = new UdpPeer(socket.remoteAddress())
        socket.send(send, error => {
          if (error) settle(verdictOf(error))
        })
      })
      socket.connect(port, host)
      return () => {
        // It is told in the next turn, when the socket may be closed already.
        socket.removeAllListeners('connect')
        socket.close()
      }
    })
}
