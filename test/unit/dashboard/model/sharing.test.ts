import t from 'tap'
import { shared } from '../../../../src/dashboard/model/sharing.js'
import { backendView, serviceView } from '../../../fixtures/views.js'

t.test('what equals is the same object, and what differs is not', t => {
  const before = [
    serviceView('web', [backendView('a'), backendView('b', { deadline: { at: 'x', then: 'kill' } })]),
  ]
  t.equal(shared(before, structuredClone(before)), before)
  const next = structuredClone([
    serviceView('web', [backendView('a'), backendView('b', { sessionsActive: 1 })]),
  ])
  const made = shared(before, next)
  t.strictSame(made, next)
  t.not(made, before)
  t.equal(made[0]?.backends[0], before[0]?.backends[0])
  t.not(made[0]?.backends[1], before[0]?.backends[1])
  t.equal(made[0]?.listeners, before[0]?.listeners)
  t.end()
})

t.test('parts with a name are found wherever they stand', t => {
  const before = [{ name: 'a' }, { name: 'b' }]
  const made = shared(before, [{ name: 'b' }, { name: 'c' }])
  t.equal(made[0], before[1])
  t.strictSame(made, [{ name: 'b' }, { name: 'c' }])
  t.end()
})

t.test('a thing that is less, more, or of another kind is not taken for the same', t => {
  t.strictSame(shared({ a: 1, b: 2 }, { a: 1 }), { a: 1 })
  t.strictSame(shared({ a: 1 }, { a: 1, b: undefined }), { a: 1, b: undefined })
  t.strictSame(shared([1, 2], [1]), [1])
  t.strictSame(shared(null, { a: 1 }), { a: 1 })
  t.strictSame(shared({ a: 1 }, [1]), [1])
  t.equal(shared({ a: 1 }, null), null)
  t.end()
})
