import t from 'tap'
import { nearName } from '../../../../src/config/file/near-name.js'

t.test('finds what was probably meant', t => {
  const known = ['weight', 'name', 'backup', 'maxConnections', 'maxUdpSessions']
  const near: [name: string, meant: string | undefined][] = [
    ['wieght', 'weight'],
    ['weigh', 'weight'],
    ['max-connections', 'maxConnections'],
    ['MaxConections', 'maxConnections'],
    ['max_udp_sessions', 'maxUdpSessions'],
    ['names', 'name'],
    ['colour', undefined],
    ['up', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ]
  for (const [name, meant] of near) t.equal(nearName(name, known), meant, name.slice(0, 40))
  t.equal(nearName('', ['']), '')
  t.equal(nearName('bat', ['cats', 'bats', 'bat']), 'bat', 'the nearest')
  t.end()
})
