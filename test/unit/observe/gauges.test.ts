import t from 'tap'
import { stateFamilies, type ServiceGauges } from '../../../src/observe/gauges.js'

const SERVICES: readonly ServiceGauges[] = [
  {
    service: 'web',
    failover: 'returning',
    backends: [
      { name: 'a', health: 'unknown', admin: 'ready', effectiveWeight: 1 },
      { name: 'b', health: 'up', admin: 'drain', effectiveWeight: 2.5 },
      { name: 'c', health: 'down', admin: 'maintenance', effectiveWeight: 3 },
    ],
  },
]

/** The values of a family in order. */
function values(name: string): readonly number[] {
  return (
    stateFamilies(SERVICES)
      .find(family => family.name === name)
      ?.values.map(({ value }) => value) ?? []
  )
}

t.test('a backend is up unless it is down', async t => {
  t.strictSame(values('evenkeel_backend_up'), [1, 1, 0])
})

t.test('of the states of a backend and of a service the current one is 1', async t => {
  t.strictSame(values('evenkeel_backend_state'), [1, 0, 0, 0, 1, 0, 0, 0, 1])
  t.strictSame(values('evenkeel_backend_admin_state'), [1, 0, 0, 0, 1, 0, 0, 0, 1])
  t.strictSame(values('evenkeel_failover_state'), [0, 0, 1, 0])
  const labels = stateFamilies(SERVICES).find(({ name }) => name === 'evenkeel_failover_state')?.values[2]
    ?.labels
  t.strictSame(labels, { service: 'web', state: 'returning' })
})

t.test('the weight is the one in effect', async t => {
  t.strictSame(values('evenkeel_backend_weight'), [1, 2.5, 3])
})
