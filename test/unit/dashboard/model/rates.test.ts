import t from 'tap'
import { backendRates, ratesBetween, sumOfRates } from '../../../../src/dashboard/model/rates.js'
import { backendView, liveView, serviceView } from '../../../fixtures/views.js'

const busy = (sessionsTotal: number) => ({
  sessionsTotal,
  bytesToBackend: 10 * sessionsTotal,
  bytesToClient: 0,
})

t.test('what happened a second; a counter that fell has counted nothing', t => {
  t.strictSame(ratesBetween(busy(10), busy(30), 2000), {
    connections: 10,
    bytesToBackend: 100,
    bytesToClient: 0,
  })
  t.match(ratesBetween(busy(30), busy(10), 1000), { connections: 0, bytesToBackend: 0 })
  t.end()
})

t.test('only backends that were there at both looks have rates', t => {
  const before = liveView(0, serviceView('web', [backendView('a', busy(0))]))
  const after = liveView(
    500,
    serviceView('web', [backendView('a', busy(1)), backendView('b', busy(9))]),
    serviceView('db', []),
  )
  const rates = backendRates(before, after)
  t.strictSame([...rates.keys()], ['web', 'db'])
  t.strictSame(
    [...(rates.get('web') ?? [])],
    [['a', { connections: 2, bytesToBackend: 20, bytesToClient: 0 }]],
  )
  t.equal(backendRates(before, before).size, 0)
  t.end()
})

t.test('rates add up', t => {
  const one = { connections: 1, bytesToBackend: 2, bytesToClient: 3 }
  t.strictSame(sumOfRates([one, one]), { connections: 2, bytesToBackend: 4, bytesToClient: 6 })
  t.end()
})
