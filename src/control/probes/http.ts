import { formatHostPort, type Endpoint } from '../../core/backend.js'
import type { ProbeSpec } from '../../core/service.js'
import { attempt } from './attempt.js'
import { dial, withPort } from './dial.js'
import { ANSWER_LIMIT, latin1, quote } from './expectation.js'
import { HttpAnswer, type Reading } from './http-answer.js'
import type { Probe, Verdict } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** Passes when a GET of the path has the right status and, if one is asked for, the text in its body. */
export function httpProbe(spec: Extract<ProbeSpec, { kind: 'http' }>): Probe {
  const path = spec.path.replace(/[^\x21-\x7e]+/g, encodeURIComponent)
  return (target, signal) =>
    attempt(signal, settle => {
      const endpoint = withPort(target, spec.port)
      const socket = dial(endpoint)
      const answer = new HttpAnswer()
      const look = (reading: Reading): void => {
        const verdict = judge(spec, answer, reading)
        if (verdict !== undefined) settle(verdict)
      }
      const closed = (): void => {
        look(answer.close())
        settle(dead('closed before answering'))
      }
      socket.on('error', error => settle(verdictOf(error)))
      socket.on('end', closed)
      socket.on('close', closed)
      socket.on('data', bytes => look(answer.feed(bytes)))
      socket.write(requestFor(path, endpoint))
      return () => socket.destroy()
    })
}

/** Undefined while more of the answer is needed. */
function judge(
  { status, body }: { readonly status: number; readonly body: string | undefined },
  answer: HttpAnswer,
  reading: Reading,
): Verdict | undefined {
  if (reading === 'head') return undefined
  if (reading === 'malformed') return dead('malformed HTTP answer')
  if (answer.status !== status) return dead(`unexpected status ${answer.status}`)
  if (body === undefined || answer.body.includes(latin1(Buffer.from(body)))) return passed(`status ${status}`)
  if (answer.body.length >= ANSWER_LIMIT) {
    return dead(`${quote(body)} is not in the first 64 KiB of the body`)
  }
  return reading === 'end' ? dead(`unexpected answer ${quote(answer.body)}`) : undefined
}

function requestFor(path: string, endpoint: Endpoint): string {
  const head = [`GET ${path} HTTP/1.1`, `Host: ${hostHeader(endpoint)}`]
  return [...head, 'Connection: close', 'User-Agent: evenkeel', '', ''].join('\r\n')
}

function hostHeader(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return 'localhost'
  // The zone of an IPv6 address means nothing to the other side.
  return formatHostPort(endpoint.host.replace(/%.*/, ''), endpoint.port)
}
