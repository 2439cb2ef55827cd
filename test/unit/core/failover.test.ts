import t from 'tap'
import { deadline, servingTier, step } from '../../../src/core/failover.js'

t.test('serves from primaries while one is eligible', t => {
  const state = step({ kind: 'primary' }, { primary: true, backup: true }, 0, { failbackDelay: 0 })
  t.same(state, { kind: 'primary' })
  t.equal(servingTier(state), 'primary')
  t.equal(deadline(state, { failbackDelay: 5 }), undefined)
  t.end()
})
