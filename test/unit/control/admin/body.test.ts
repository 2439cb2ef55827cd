import { PassThrough } from 'node:stream'
import t from 'tap'
import { announcesTooMuch, MOST_BODY, readBody } from '../../../../src/control/admin/body.js'

function request(length?: number): PassThrough & { headers: Record<string, string> } {
  const headers: Record<string, string> = length === undefined ? {} : { 'content-length': String(length) }
  return Object.assign(new PassThrough(), { headers })
}

t.test('a body of up to 64 KiB is read whole', async t => {
  const sent = request()
  const body = readBody(sent)
  sent.write('a'.repeat(MOST_BODY - 1))
  sent.end('b')
  t.strictSame(await body, { kind: 'whole', bytes: Buffer.from('a'.repeat(MOST_BODY - 1) + 'b') })
})

t.test('a request without a body has an empty one', async t => {
  const sent = request()
  sent.end()
  t.strictSame(await readBody(sent), { kind: 'whole', bytes: Buffer.alloc(0) })
})

t.test('a body that announces too much is not read at all', async t => {
  const sent = request(MOST_BODY + 1)
  t.equal(announcesTooMuch(sent), true)
  t.strictSame(await readBody(sent), { kind: 'too-large' })
  t.equal(sent.listenerCount('data'), 0)
  t.equal(announcesTooMuch(request(MOST_BODY)), false)
  t.equal(announcesTooMuch(request()), false)
})

t.test('a body that grows too large is left there', async t => {
  const sent = request()
  const body = readBody(sent)
  sent.write('a'.repeat(MOST_BODY))
  sent.write('b')
  t.strictSame(await body, { kind: 'too-large' })
  t.equal(sent.isPaused(), true)
  t.equal(sent.listenerCount('data'), 0)
})

t.test('a client that leaves in the middle is gone', async t => {
  const sent = request(10)
  const body = readBody(sent)
  sent.write('a')
  sent.destroy()
  t.strictSame(await body, { kind: 'gone' })
})
