import t from 'tap'
import { HttpAnswer } from '../../../../src/control/probes/http-answer.js'

/** What is known of an answer when all of it has come, in pieces of that many bytes, and the connection has ended. */
function read(
  text: string,
  size = text.length,
): { reading: string; status: number | undefined; body: string } {
  const answer = new HttpAnswer()
  for (let at = 0; at < text.length; at += size) answer.feed(Buffer.from(text.slice(at, at + size), 'latin1'))
  return { reading: answer.close(), status: answer.status, body: answer.body }
}

const OK = 'HTTP/1.1 200 OK\r\n'

t.test('whole answers, in whatever pieces they come', t => {
  const cases: [answer: string, body: string][] = [
    [`${OK}\r\nto the end`, 'to the end'],
    [`${OK}Content-Length: 3\r\n\r\nfive5`, 'fiv'],
    [`${OK}Content-Length: 0\r\n\r\n`, ''],
    [`${OK}content-length:3\r\nX: y\r\nCONTENT-LENGTH: 3\r\n\r\nyes`, 'yes'],
    [`${OK}Content-Length: 3, 3\r\n\r\nyes`, 'yes'],
    [
      `${OK}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA ; x=y\r\n0123456789\r\n0\r\n\r\n`,
      'abc0123456789',
    ],
    [
      `${OK}Transfer-Encoding: gzip, Chunked\r\nContent-Length: 1\r\n\r\n2\r\nab\r\n000\r\nT: x\r\n\r\n`,
      'ab',
    ],
    ['HTTP/1.0 200 OK\n\nbare', 'bare'],
    ['HTTP/1.1 200\r\n\r\nno reason', 'no reason'],
    ['HTTP/1.1 200 OK\nContent-Length: 2\n\r\nok', 'ok'],
    ['HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n0\n\n', 'ok'],
    [`\r\n${OK}\r\nblank line before`, 'blank line before'],
    [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nContent-Length: 9\r\n\r\n${OK}\r\nlast`, 'last'],
  ]
  for (const [answer, body] of cases) {
    for (const size of [answer.length, 7, 1]) {
      t.same(
        read(answer, size),
        { reading: 'end', status: 200, body },
        `${JSON.stringify(answer)} by ${size}`,
      )
    }
  }
  t.end()
})

t.test('other statuses', t => {
  t.same(read('HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n'), { reading: 'end', status: 101, body: '' })
  t.same(read('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nnever'), {
    reading: 'end',
    status: 204,
    body: '',
  })
  t.match(read('HTTP/1.1 503 Busy\r\n\r\n'), { status: 503 })
  t.end()
})

t.test('what ends too early', t => {
  t.match(read(''), { reading: 'head', status: undefined })
  t.match(read('HTT'), { reading: 'head', status: undefined })
  t.match(read(`${OK}X: y`), { reading: 'head', status: undefined })
  t.match(read(`${OK}Content-Length: 5\r\n\r\nfour`), { reading: 'body', status: 200, body: 'four' })
  t.match(read(`${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nfour`), { reading: 'body', body: 'four' })
  t.match(read(`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n`), { reading: 'body', body: 'four' })
  t.end()
})

t.test('what is no HTTP', t => {
  for (const answer of [
    'SSH',
    '220 mail\r\n',
    'HTTP/1.1 OK\r\n',
    'HTTP/1.1 2000 OK\r\n',
    `${OK}Content-Length: -1\r\n\r\n`,
    `${OK}Content-Length: \r\n\r\n`,
    `${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    `${OK}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
    `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n`,
  ]) {
    t.equal(read(answer).reading, 'malformed', JSON.stringify(answer))
    t.equal(read(answer, 1).reading, 'malformed', `${JSON.stringify(answer)} by 1`)
  }
  t.end()
})

t.test('what it keeps is limited', t => {
  const head = (length: number): string => `${OK}X: ${'y'.repeat(length - OK.length - 3)}\r\n\r\n`
  t.match(read(head(65_536)), { reading: 'end', status: 200 })
  t.match(read(head(65_537)), { reading: 'malformed', status: undefined })
  t.equal(read(OK + 'y'.repeat(70_000), 1000).reading, 'malformed', 'a head without end')
  t.equal(read(`${OK}\r\n${'y'.repeat(100_000)}`, 1000).body.length, 65_536)
  const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n`
  t.equal(
    read(`${chunked}1;${'y'.repeat(100_000)}`, 1000).reading,
    'malformed',
    'a chunk that does not begin',
  )
  t.equal(read(`${chunked}186a0\r\n${'y'.repeat(100_000)}\r\n0\r\n`, 1000).body.length, 65_536)
  t.end()
})
