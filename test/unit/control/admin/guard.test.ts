import t from 'tap'
import type { AdminAddress } from '../../../../src/control/admin/address.js'
import { refusal } from '../../../../src/control/admin/guard.js'

const INET: AdminAddress = { kind: 'inet', host: 'lb1.internal', port: 7070 }
const UNIX: AdminAddress = { kind: 'unix', path: '/run/evenkeel.sock' }

const status = (
  host: string | undefined,
  origin: string | undefined,
  bound: AdminAddress = INET,
): number | undefined => refusal({ host, origin }, bound)?.status

t.test('Host is the bound address, localhost or an IP literal', async t => {
  for (const host of [
    'localhost',
    'LocalHost:7070',
    '127.0.0.1:7070',
    '10.1.2.3',
    '[::1]:7070',
    '[::1]',
    '[::ffff:10.0.0.1]:80',
    'lb1.internal:7070',
    'LB1.internal',
    undefined,
  ]) {
    t.equal(status(host, undefined), undefined, String(host))
  }
})

t.test('any other Host is refused', async t => {
  for (const host of [
    'evil.example',
    'evil.example:7070',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@127.0.0.1',
    '127.0.0.1:7070:evil',
    '127.0.0.1:x',
    '127.1',
    '::1',
    '[127.0.0.1]',
    '[evil]',
    '',
    ' localhost',
  ]) {
    t.equal(status(host, undefined), 403, JSON.stringify(host))
  }
})

t.test('an Origin must be the very Host that was asked', async t => {
  t.equal(status('127.0.0.1:7070', 'http://127.0.0.1:7070'), undefined)
  t.equal(status('LB1.internal:7070', 'http://lb1.internal:7070'), undefined)
  for (const origin of [
    'http://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1:7071',
    'https://127.0.0.1:7070',
    'http://127.0.0.1:7070.evil.example',
    'null',
    '',
  ]) {
    t.equal(status('127.0.0.1:7070', origin), 403, JSON.stringify(origin))
  }
  t.equal(status(undefined, 'http://undefined'), 403)
})

t.test('a good Origin does not make up for a bad Host', async t => {
  t.equal(status('evil.example', 'http://evil.example'), 403)
})

t.test('on a unix socket any Host will do, but no Origin', async t => {
  t.equal(status('anything', undefined, UNIX), undefined)
  t.equal(status('localhost', 'http://localhost', UNIX), 403)
})
