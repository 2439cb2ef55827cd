import t from 'tap'
import type { Backend } from '../../../src/core/backend.js'
import { settle, type TierPreview } from '../../../src/core/explanation.js'
import type { Tier } from '../../../src/core/failover.js'
import { LiveBackend } from '../../../src/core/lease.js'
import { FakeClock } from '../../fixtures/fake-clock.js'
import { backend } from '../../fixtures/services.js'

/** A backend that may be given to clients, with that many sessions. */
function live(name: string, settings: Partial<Backend> = {}, { eligible = true, sessions = 0 } = {}) {
  const made = new LiveBackend(backend(name, settings), new FakeClock())
  made.eligible = eligible
  for (let session = 0; session < sessions; session++) made.lease()
  return made
}

/** What a tier whose scores are the lengths of the names would do. */
function tier(name: Tier, members: readonly LiveBackend[], picked?: LiveBackend): TierPreview {
  const preview = { picked, score: ({ name }: LiveBackend) => name.length, rule: `the rule of ${name}` }
  return { tier: name, members, preview }
}

const FULL = { maxConnections: 1 }

t.test('tells who is picked, who is beaten, and by what', t => {
  const [one, two] = [live('one'), live('three', {}, { sessions: 2 })]
  t.same(settle([one, two], [tier('primary', [one, two], one), tier('backup', [])]), {
    picked: 'one',
    rule: 'the rule of primary',
    assessed: [
      { name: 'one', tier: 'primary', standing: 'picked', score: 3, active: 0 },
      { name: 'three', tier: 'primary', standing: 'beaten', score: 5, active: 2 },
    ],
  })
  t.end()
})

t.test('tells who is not eligible, and who is in the tier that is not asked', t => {
  const picked = live('one')
  const down = live('down', {}, { eligible: false })
  const spare = live('spare', { backup: true })
  const listed = [down, picked, spare]
  t.same(settle(listed, [tier('primary', [picked], picked), tier('backup', [spare], spare)]), {
    picked: 'one',
    rule: 'the rule of primary',
    assessed: [
      { name: 'down', tier: 'primary', standing: 'not-eligible', score: undefined, active: 0 },
      { name: 'one', tier: 'primary', standing: 'picked', score: 3, active: 0 },
      { name: 'spare', tier: 'backup', standing: 'other-tier', score: undefined, active: 0 },
    ],
  })
  t.end()
})

t.test('the tier asked first goes first, and the next one when the first is full', t => {
  const primary = live('primary')
  const spare = live('spare', { ...FULL, backup: true }, { sessions: 1 })
  const { picked, rule, assessed } = settle(
    [primary, spare],
    [tier('backup', [spare]), tier('primary', [primary], primary)],
  )
  t.same([picked, rule], ['primary', 'the rule of primary'])
  t.same(
    assessed.map(({ standing, score }) => [standing, score]),
    [
      ['picked', 7],
      ['full', undefined],
    ],
  )
  t.end()
})

t.test('a full one in the tier that is asked is not compared', t => {
  const full = live('full', FULL, { sessions: 1 })
  const picked = live('one')
  const { assessed } = settle([full, picked], [tier('primary', [full, picked], picked)])
  t.same(
    assessed.map(({ standing, score }) => [standing, score]),
    [
      ['full', undefined],
      ['picked', 3],
    ],
  )
  t.end()
})

t.test('when all are full nobody is picked, by the rule of the first tier that has any', t => {
  const full = live('full', { ...FULL, backup: true }, { sessions: 1 })
  t.same(settle([full], [tier('primary', []), tier('backup', [full])]), {
    picked: undefined,
    rule: 'the rule of backup',
    assessed: [{ name: 'full', tier: 'backup', standing: 'full', score: undefined, active: 1 }],
  })
  t.end()
})

t.test('when nobody is eligible there is no rule', t => {
  const down = live('down', {}, { eligible: false })
  t.match(settle([down], [tier('primary', []), tier('backup', [])]), {
    picked: undefined,
    rule: undefined,
    assessed: [{ standing: 'not-eligible' }],
  })
  t.same(settle([], []), { picked: undefined, rule: undefined, assessed: [] })
  t.end()
})
