import { createServer } from 'node:http'
import t, { type Test } from 'tap'
import { AdminRequests } from '../../../src/admin-client/admin-requests.js'
import { systemClock } from '../../../src/clock.js'
import { listening } from '../../fixtures/answering.js'

async function requests(t: Test, status: number, contentType: string, body: string): Promise<AdminRequests> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': contentType }).end(body)
  })
  const { address } = await listening(t, server)
  return new AdminRequests({ address, clock: systemClock, tokenFile: '/nowhere/token' })
}

t.test('an answer that is no JSON is doubted', async t => {
  const asked = await requests(t, 200, 'text/html', '<html>')
  const body = await asked.read('/services')
  t.throws(() => asked.parse(body), { kind: 'unreachable', code: 'EPROTO' })
})

t.test('a stream that is refused is told of', async t => {
  const problem = JSON.stringify({ title: 'No', detail: 'too many readers', status: 503 })
  const asked = await requests(t, 503, 'application/problem+json', problem)
  const stream = asked.stream('/live', {}, 1000, new AbortController().signal)
  await t.rejects(stream.next(), { kind: 'refused', message: 'too many readers' })
})

t.test('nothing is asked for a change without a token', async t => {
  const asked = await requests(t, 200, 'application/json', '{}')
  await t.rejects(asked.change('POST', '/reload'), {
    kind: 'no-token',
    message: /\/nowhere\/token \(ENOENT\)/,
  })
})
