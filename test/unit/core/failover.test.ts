import t from 'tap'
import { deadline, servingTier, step, type Failover, type TierFacts } from '../../../src/core/failover.js'
import { seededRandom } from '../../fixtures/seeded-random.js'

const BOTH: TierFacts = { primary: true, backup: true }
const PRIMARY: TierFacts = { primary: true, backup: false }
const BACKUP: TierFacts = { primary: false, backup: true }
const NEITHER: TierFacts = { primary: false, backup: false }

const AT_ONCE = { failbackDelay: 0 }
const LATER = { failbackDelay: 10 }

t.test('every state with every fact', t => {
  const returning: Failover = { kind: 'returning', since: 100 }
  const cases: readonly (readonly [Failover, TierFacts, now: number, expected: Failover])[] = [
    [{ kind: 'primary' }, BOTH, 100, { kind: 'primary' }],
    [{ kind: 'primary' }, PRIMARY, 100, { kind: 'primary' }],
    [{ kind: 'primary' }, BACKUP, 100, { kind: 'backup' }],
    [{ kind: 'primary' }, NEITHER, 100, { kind: 'none' }],
    [{ kind: 'backup' }, BOTH, 100, returning],
    [{ kind: 'backup' }, PRIMARY, 100, { kind: 'primary' }],
    [{ kind: 'backup' }, BACKUP, 100, { kind: 'backup' }],
    [{ kind: 'backup' }, NEITHER, 100, { kind: 'none' }],
    [returning, BOTH, 109, returning],
    [returning, BOTH, 110, { kind: 'primary' }],
    [returning, PRIMARY, 101, { kind: 'primary' }],
    [returning, BACKUP, 101, { kind: 'backup' }],
    [returning, NEITHER, 101, { kind: 'none' }],
    [{ kind: 'none' }, BOTH, 100, { kind: 'primary' }],
    [{ kind: 'none' }, PRIMARY, 100, { kind: 'primary' }],
    [{ kind: 'none' }, BACKUP, 100, { kind: 'backup' }],
    [{ kind: 'none' }, NEITHER, 100, { kind: 'none' }],
  ]
  for (const [state, facts, now, expected] of cases) {
    const after = step(state, facts, now, LATER)
    t.same(after, expected, `${JSON.stringify(state)} ${JSON.stringify(facts)} at ${now}`)
    if (after.kind === state.kind)
      t.equal(after, state, 'the same object, so a driver sees that nothing changed')
  }
  t.end()
})

t.test('without a delay traffic returns at once', t => {
  t.same(step({ kind: 'backup' }, BOTH, 5, AT_ONCE), { kind: 'primary' })
  t.end()
})

t.test('a primary that fails while traffic returns starts the delay anew', t => {
  let state = step({ kind: 'backup' }, BOTH, 0, LATER)
  state = step(state, BACKUP, 9, LATER)
  state = step(state, BOTH, 10, LATER)
  t.same(state, { kind: 'returning', since: 10 })
  t.same(step(state, BOTH, 19, LATER), state)
  t.same(step(state, BOTH, 20, LATER), { kind: 'primary' })
  t.end()
})

t.test('serves from the tier that has someone to serve', t => {
  t.equal(servingTier({ kind: 'primary' }), 'primary')
  t.equal(servingTier({ kind: 'backup' }), 'backup')
  t.equal(servingTier({ kind: 'returning', since: 0 }), 'backup')
  t.equal(servingTier({ kind: 'none' }), undefined)
  t.end()
})

t.test('only a return waits for time to pass', t => {
  t.equal(deadline({ kind: 'returning', since: 100 }, LATER), 110)
  for (const kind of ['primary', 'backup', 'none'] as const) t.equal(deadline({ kind }, LATER), undefined)
  t.end()
})

t.test('at its deadline, to the last bit, a return is over', t => {
  const random = seededRandom(1)
  for (let round = 0; round < 10_000; round++) {
    const policy = { failbackDelay: random() * random() * 1e4 }
    const state: Failover = { kind: 'returning', since: random() * random() * 1e7 }
    const due = deadline(state, policy) ?? NaN
    if (step(state, BOTH, due, policy).kind !== 'primary') t.fail(`${state.since} + ${policy.failbackDelay}`)
  }
  t.pass()
  t.end()
})
