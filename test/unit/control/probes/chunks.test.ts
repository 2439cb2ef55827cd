import t from 'tap'
import { Chunks } from '../../../../src/control/probes/chunks.js'

t.test('takes the chunks together, in whatever pieces they come', t => {
  const chunks = new Chunks()
  t.equal(chunks.feed('3\r'), '')
  t.equal(chunks.feed('\nab'), 'ab')
  t.equal(chunks.feed('c\r\nA;name=value\r\n01234'), 'c01234')
  t.equal(chunks.isLast, false)
  t.equal(chunks.feed('56789\n0\n'), '56789')
  t.equal(chunks.isLast, true)
  t.equal(chunks.feed('Trailer: x\r\n\r\n'), '', 'what follows is not looked at')
  t.end()
})

t.test('what is not chunked as it should be', t => {
  for (const text of ['\n', 'x\n', '-1\n', '1 2\n', '1\nab\n', `1${'0'.repeat(12)}\n`, '1'.repeat(65_537)]) {
    t.equal(new Chunks().feed(text), undefined, JSON.stringify(text.slice(0, 20)))
  }
  t.end()
})
