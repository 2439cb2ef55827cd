import t from 'tap'
import { listenerUrl, mergeWildcards, portRange } from '../../../src/import/listeners.js'

t.test('makes a listener of an address', t => {
  t.equal(listenerUrl('tcp', '', 80), 'tcp://0.0.0.0:80')
  t.equal(listenerUrl('udp', '10.0.0.1', 53), 'udp://10.0.0.1:53')
  t.equal(listenerUrl('tcp', '::1', 80), 'tcp://[::1]:80')
  t.end()
})

t.test('makes one of the wildcards of both families', t => {
  t.same(mergeWildcards(['tcp://0.0.0.0:80', 'tcp://[::]:80', 'tcp://[::]:81', 'udp://0.0.0.0:81']), [
    'tcp://*:80',
    'tcp://*:80',
    'tcp://[::]:81',
    'udp://0.0.0.0:81',
  ])
  t.end()
})

t.test('reads ports and ranges', t => {
  t.same(portRange('80'), [80])
  t.same(portRange('8000-8002'), [8000, 8001, 8002])
  t.equal(portRange('1-1000')?.length, 1000)
  for (const text of ['', '0', '65536', '2-1', '1-1001', '1-', 'a', '+80', '1-2-3']) {
    t.equal(portRange(text), undefined, text)
  }
  t.end()
})
