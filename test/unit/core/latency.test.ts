import t from 'tap'
import { Latency, smooth } from '../../../src/core/latency.js'

t.test('an average moves slowly, but a recovery counts at once', t => {
  t.equal(smooth(undefined, 100), 100)
  t.equal(smooth(100, 200), 130)
  t.equal(smooth(130, 65), 110.5, 'half is no recovery yet')
  t.equal(smooth(130, 64), 64)
  t.equal(smooth(0, 0), 0)
  t.end()
})

t.test('never measured', t => {
  const latency = new Latency()
  latency.tried(0)
  t.equal(latency.connectTime(0), undefined)
  t.equal(latency.probeTime(0), undefined)
  t.end()
})

t.test('a connect time is smoothed, and lasts five seconds from the last connect', t => {
  const latency = new Latency()
  latency.connected(100, 1000)
  latency.connected(200, 4000)
  t.equal(latency.connectTime(8999), 130)
  t.equal(latency.connectTime(9000), undefined)
  t.end()
})

t.test('a connect after a pause says all there is to know', t => {
  const latency = new Latency()
  latency.connected(100, 0)
  latency.connected(90, 5000)
  t.equal(latency.connectTime(5000), 90)
  latency.connected(100, 5001)
  t.equal(latency.connectTime(5001), 93)
  t.end()
})

t.test('a client in time renews nothing', t => {
  const latency = new Latency()
  latency.connected(100, 0)
  latency.tried(4999)
  t.equal(latency.connectTime(5000), undefined)
  t.end()
})

t.test('one client at a time tries a backend anew', t => {
  const latency = new Latency()
  latency.connected(100, 0)
  latency.tried(6000)
  t.equal(latency.connectTime(6000), 100, 'the old time counts while it does')
  t.equal(latency.connectTime(10_999), 100)
  t.equal(latency.connectTime(11_000), undefined, 'and until the next one may')
  latency.tried(11_000)
  latency.connected(80, 11_500)
  t.equal(latency.connectTime(11_500), 80, 'what it finds replaces the old time')
  latency.connected(90, 11_600)
  t.equal(latency.connectTime(11_600), 83)
  t.end()
})

t.test('a probe time lasts thirty seconds from the last probe, whatever clients do', t => {
  const latency = new Latency()
  latency.probed({ average: 100, count: 1 }, 0)
  latency.probed({ average: 100, count: 1 }, 20_000)
  latency.connected(1, 25_000)
  latency.tried(29_000)
  t.equal(latency.probeTime(29_999), 100)
  t.equal(latency.probeTime(30_000), undefined, 'the same one published again is no measurement')
  latency.probed({ average: 100, count: 2 }, 31_000)
  t.equal(latency.probeTime(31_000), 100)
  t.end()
})
