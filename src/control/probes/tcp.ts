import type { ProbeSpec } from '../../core/service.js'
import { attempt } from './attempt.js'
import { dial, withPort } from './dial.js'
import { Matcher, quote } from './expectation.js'
import type { Probe } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** Passes when the backend accepts a connection and, if asked to, sends what is expected. */
export function tcpProbe(spec: Extract<ProbeSpec, { kind: 'tcp' }>): Probe {
  const { send, expect } = spec
  return (target, signal) =>
    attempt(signal, settle => {
      const socket = dial(withPort(target, spec.port))
      const matcher = expect && new Matcher(expect)
      const closed = (): void =>
        settle(
          dead(matcher?.answer ? `unexpected answer ${quote(matcher.answer)}` : 'closed before answering'),
        )
      socket.on('error', error => settle(verdictOf(error)))
      socket.on('end', closed)
      socket.on('close', closed)
      socket.on('connect', () => {
        if (send !== undefined) {
          socket.write(send, error => {
            if (!error && matcher === undefined) settle(passed('connected'))
          })
        } else if (matcher === undefined) settle(passed('connected'))
      })
      if (matcher !== undefined) {
        socket.on('data', bytes => {
          const match = matcher.feed(bytes)
          if (match === 'match') settle(passed('answered'))
          if (match === 'mismatch') settle(dead(`unexpected answer ${quote(matcher.answer)}`))
        })
      }
      return () => socket.destroy()
    })
}
