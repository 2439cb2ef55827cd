import t from 'tap'
import { explanationView } from '../../../../src/control/admin/explanation-view.js'
import type { Assessed, Standing } from '../../../../src/core/explanation.js'
import type { BackendStatus } from '../../../../src/core/table.js'
import { backend } from '../../../fixtures/services.js'

function assessed(name: string, standing: Standing, told: Partial<Assessed> = {}): Assessed {
  const isCompared = standing === 'picked' || standing === 'beaten'
  return { name, tier: 'primary', standing, score: isCompared ? 1 / 3 : undefined, active: 7, ...told }
}

function status(name: string, told: Partial<BackendStatus> = {}): BackendStatus {
  return {
    backend: backend(name, { maxConnections: 7 }),
    admin: 'ready',
    isLeaving: false,
    deadline: undefined,
    health: 'up',
    cause: undefined,
    reason: undefined,
    effectiveWeight: 1,
    lastProbe: undefined,
    ...told,
  }
}

/** What is said of one backend, and of the client. */
function explain(one: Assessed, told: BackendStatus | undefined, picked?: string, port = 0) {
  const view = explanationView({
    service: { name: 'db', balance: 'ip-hash' },
    failover: 'returning',
    client: { address: '2001:db8::1', port },
    explanation: { picked, rule: picked === undefined ? undefined : 'the highest', assessed: [one] },
    backends: told === undefined ? [] : [told],
  })
  return { ...view, ...view.candidates[0] }
}

t.test('the one that is chosen, by which rule', t => {
  t.match(explain(assessed('a', 'picked'), status('a'), 'a', 5000), {
    service: 'db',
    algorithm: 'ip-hash',
    client: '[2001:db8::1]:5000',
    backend: 'a',
    candidates: [{ name: 'a', eligible: true, why: 'chosen: the highest', score: 0.333333 }],
  })
  t.equal(explain(assessed('a', 'picked'), status('a'), 'a').client, '2001:db8::1', 'any port')
  t.end()
})

t.test('why it is not another one', t => {
  const down = { health: 'down', cause: 'lagging', reason: '9 s behind' } as const
  const cases: readonly (readonly [Assessed, BackendStatus | undefined, boolean, string])[] = [
    [assessed('a', 'beaten'), status('a'), true, 'b comes before it'],
    [assessed('a', 'full'), status('a'), false, 'full: it has 7 of 7 sessions'],
    [assessed('a', 'other-tier', { tier: 'backup' }), status('a'), false, 'a backup: a primary serves'],
    [
      assessed('a', 'other-tier'),
      status('a'),
      false,
      'a primary: backups serve until the failover is over (returning)',
    ],
    [
      assessed('a', 'other-family'),
      status('a'),
      false,
      'it has no address of the family of the client, and the kernel does not translate',
    ],
    [assessed('a', 'not-eligible'), status('a', down), false, 'down (lagging): 9 s behind'],
    [
      assessed('a', 'not-eligible'),
      status('a', { admin: 'drain' }),
      false,
      'in drain: it takes no new sessions',
    ],
    [
      assessed('a', 'not-eligible'),
      status('a', { isLeaving: true, admin: 'drain' }),
      false,
      'removed: only the sessions that it has go on',
    ],
    [assessed('a', 'not-eligible'), status('a'), false, 'not eligible a moment ago'],
    [assessed('a', 'not-eligible'), undefined, false, 'it is not configured any more'],
  ]
  for (const [one, told, eligible, why] of cases) {
    const { score, ...said } = explain(one, told, 'b')
    t.match(said, { eligible, why })
    t.equal(score === null, !eligible, 'what was not looked at has no score')
  }
  t.end()
})

t.test('nobody is chosen', t => {
  t.equal(explain(assessed('a', 'full'), status('a')).backend, null)
  t.end()
})
