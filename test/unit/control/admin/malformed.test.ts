import { Duplex } from 'node:stream'
import t from 'tap'
import { rejectMalformed } from '../../../../src/control/admin/malformed.js'

/** A connection that keeps what is written to it. */
class Connection extends Duplex {
  written = ''

  override _read(): void {
    this.pause()
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written += chunk.toString()
    done()
  }
}

const malformed = (code: string): Error => Object.assign(new Error('malformed'), { code })

t.test('is answered by what was wrong, and closed without waiting for the client', async t => {
  for (const [code, status] of [
    ['HPE_INVALID_METHOD', '400 Bad Request'],
    ['HPE_HEADER_OVERFLOW', '431 Request Header Fields Too Large'],
    ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout'],
  ] as const) {
    const connection = new Connection()
    const closed = new Promise(resolve => connection.once('close', resolve))
    rejectMalformed(malformed(code), connection)
    await closed
    const [head = '', body = ''] = connection.written.split('\r\n\r\n')
    t.match(head, `HTTP/1.1 ${status}\r\n`)
    t.match(head, /\r\nContent-Type: application\/problem\+json/)
    t.match(head, /\r\nConnection: close/)
    t.match(head, `\r\nContent-Length: ${body.length}`)
    t.match(JSON.parse(body), { status: Number(status.slice(0, 3)) })
  }
})

t.test('nothing is written to a connection that is broken', async t => {
  const connection = new Connection()
  connection.end()
  rejectMalformed(malformed('ECONNRESET'), connection)
  t.equal(connection.destroyed, true)
  t.equal(connection.written, '')
})
