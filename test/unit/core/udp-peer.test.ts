import t from 'tap'
import { UdpPeer } from '../../../src/core/udp-peer.js'

t.test('only its address and port are the peer', t => {
  const peer = new UdpPeer({ address: '192.0.2.1', port: 53 })
  t.equal(peer.sent({ address: '192.0.2.1', port: 53 }), true)
  t.equal(peer.sent({ address: '192.0.2.1', port: 54 }), false)
  t.equal(peer.sent({ address: '192.0.2.2', port: 53 }), false)
  t.end()
})

t.test('the zone of a link-local address may be told in two ways, or not at all', t => {
  const told = ['fe80::1', 'fe80::1%eth0', 'fe80::1%2']
  for (const address of told) {
    const peer = new UdpPeer({ address, port: 53 })
    for (const from of told) t.equal(peer.sent({ address: from, port: 53 }), true, `${address}, ${from}`)
    t.equal(peer.sent({ address: 'fe80::2%eth0', port: 53 }), false)
  }
  t.end()
})
