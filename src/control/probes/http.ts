import { request, type IncomingMessage } from 'node:http'
import { formatHostPort, type Endpoint } from '../../core/backend.js'
import type { ProbeSpec } from '../../core/service.js'
import { attempt } from './attempt.js'
import { dial, withPort } from './dial.js'
import { ANSWER_LIMIT, latin1, quote } from './expectation.js'
import type { Probe, Verdict } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** Passes when a GET of the path has the right status and, if one is asked for, the text in its body. */
export function httpProbe(spec: Extract<ProbeSpec, { kind: 'http' }>): Probe {
  const path = spec.path.replace(/[^\x21-\x7e]+/g, encodeURIComponent)
  return (target, signal) =>
    attempt(signal, settle => {
      const endpoint = withPort(target, spec.port)
      const socket = dial(endpoint)
      const ask = request({
        path,
        headers: { Host: hostHeader(endpoint), Connection: 'close', 'User-Agent': 'evenkeel' },
        createConnection: () => socket,
        maxHeaderSize: ANSWER_LIMIT,
        // As browsers and curl do it: lines may end with a bare LF.
        insecureHTTPParser: true,
      })
      socket.on('error', error => settle(failure(error)))
      ask.on('error', error => settle(failure(error)))
      ask.on('close', () => settle(dead('closed before answering')))
      ask.on('response', answer => {
        const { statusCode } = answer
        if (statusCode !== spec.status) settle(dead(`unexpected status ${statusCode}`))
        else if (spec.body === undefined) settle(passed(`status ${statusCode}`))
        else awaitBody(answer, spec.body, settle)
      })
      ask.end()
      return () => {
        ask.destroy()
        socket.destroy()
      }
    })
}

function awaitBody(answer: IncomingMessage, text: string, settle: (verdict: Verdict) => void): void {
  const wanted = latin1(Buffer.from(text))
  let body = ''
  answer.on('error', error => settle(failure(error)))
  answer.on('data', (chunk: Buffer) => {
    const from = Math.max(0, body.length - wanted.length)
    body += latin1(chunk.subarray(0, ANSWER_LIMIT - body.length))
    if (body.includes(wanted, from)) settle(passed(`status ${answer.statusCode}`))
    else if (body.length >= ANSWER_LIMIT)
      settle(dead(`${quote(text)} is not in the first 64 KiB of the body`))
  })
  answer.on('end', () => settle(dead(`unexpected answer ${quote(body)}`)))
}

/** Node's own word for an early end is ECONNRESET, with no system call behind it. */
function failure(error: NodeJS.ErrnoException): Verdict {
  const isEnd = error.code === 'ECONNRESET' && error.syscall === undefined
  return isEnd ? dead('closed before answering') : verdictOf(error)
}

function hostHeader(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return 'localhost'
  // The zone of an IPv6 address means nothing to the other side.
  return formatHostPort(endpoint.host.replace(/%.*/, ''), endpoint.port)
}
