import t from 'tap'
import { readClient, readCount, readSince } from '../../../../src/control/admin/query.js'

t.test('a client is a literal address, with a port or without', t => {
  for (const [text, address, port] of [
    ['192.0.2.1', '192.0.2.1', 0],
    ['192.0.2.1:40000', '192.0.2.1', 40_000],
    ['::1', '::1', 0],
    ['[::1]', '::1', 0],
    ['[2001:db8::1]:65535', '2001:db8::1', 65_535],
    ['[::ffff:192.0.2.1]:1', '192.0.2.1', 1],
    ['::ffff:192.0.2.1', '192.0.2.1', 0],
  ] as const) {
    t.strictSame(readClient(text), { address, port }, text)
  }
  for (const text of [
    ...['', 'db1', 'localhost:1', '192.0.2', '192.0.2.1:', '192.0.2.1:65536', '192.0.2.1:x', '192.0.2.256'],
    ...['[192.0.2.1]:1', '[::1', '::1]', '[::1]1', '[::1]:', '[]', '1::2::3', '192.0.2.1 ', ':1', '[[::1]]'],
  ]) {
    t.equal(readClient(text), undefined, text)
  }
  t.end()
})

t.test('a time is so long ago, or the time itself', t => {
  const now = Date.UTC(2026, 0, 2)
  for (const [text, time] of [
    ['1d', '2026-01-01T00:00:00.000Z'],
    ['1.5h', '2026-01-01T22:30:00.000Z'],
    ['10m', '2026-01-01T23:50:00.000Z'],
    ['2s', '2026-01-01T23:59:58.000Z'],
    ['250ms', '2026-01-01T23:59:59.750Z'],
    ['2025-12-31', '2025-12-31T00:00:00.000Z'],
    ['2025-12-31T12:00Z', '2025-12-31T12:00:00.000Z'],
    ['2025-12-31T12:00:01.5+01:00', '2025-12-31T11:00:01.500Z'],
  ] as const) {
    t.equal(new Date(readSince(text, now) ?? NaN).toISOString(), time, text)
  }
  for (const text of [
    '',
    '1',
    'h',
    '1 h',
    '-1h',
    '1e3s',
    'yesterday',
    '2025',
    '2025-13-01',
    '2025-12-31 12:00',
  ]) {
    t.equal(readSince(text, now), undefined, text)
  }
  t.end()
})

t.test('a count has digits and limits', t => {
  t.strictSame(
    ['1', '10', '007'].map(text => readCount(text, 1, 10)),
    [1, 10, 7],
  )
  for (const text of ['', '0', '11', '-1', '1.0', '1e1', ' 1', '0x1', '9'.repeat(20)]) {
    t.equal(readCount(text, 1, 10), undefined, text)
  }
  t.end()
})
