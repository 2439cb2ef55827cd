import t from 'tap'
import {
  announcement,
  causeOf,
  departures,
  serviceOf,
  weightOf,
  withEntries,
} from '../../../../src/dashboard/model/timeline.js'
import { journalEntry } from '../../../fixtures/views.js'

const left = journalEntry(3, {
  ...{ event: 'backend-state', level: 'warn', service: 'web', to: 'down' },
  ...{ cause: 'dead', msg: 'a is down: refused' },
})

t.test('entries are kept once, newest first, and not without end', t => {
  const known = withEntries([], [journalEntry(1), journalEntry(2)])
  t.strictSame(
    withEntries(known, [journalEntry(3), journalEntry(2)]).map(({ id }) => id),
    [3, 2, 1],
  )
  t.equal(withEntries(known, []), known)
  const many = withEntries(
    known,
    Array.from({ length: 600 }, (_, index) => journalEntry(index + 3)),
  )
  t.equal(many.length, 500)
  t.equal(many[0]?.id, 602)
  t.end()
})

t.test('how much an entry matters', t => {
  t.equal(weightOf(left), 'bad')
  t.equal(weightOf({ ...left, to: 'up' }), 'good')
  t.equal(weightOf({ ...left, to: 'unknown' }), 'warning')
  t.equal(weightOf(journalEntry(1, { event: 'failover', to: 'primary' })), 'good')
  t.equal(weightOf(journalEntry(1, { event: 'failover', to: 'backup', level: 'warn' })), 'warning')
  t.equal(weightOf(journalEntry(1, { event: 'failover', to: 'none', level: 'error' })), 'bad')
  t.equal(weightOf(journalEntry(1, { event: 'worker-failed', level: 'fatal' })), 'bad')
  t.equal(weightOf(journalEntry(1, { event: 'admin' })), 'action')
  t.equal(weightOf(journalEntry(1, { event: 'config-reloaded' })), 'action')
  t.equal(weightOf(journalEntry(1)), 'plain')
  t.end()
})

t.test('what an entry is about', t => {
  t.equal(serviceOf(left), 'web')
  t.equal(serviceOf(journalEntry(1)), undefined)
  t.equal(causeOf(left), 'dead')
  t.equal(causeOf({ ...left, cause: null }), undefined)
  t.end()
})

t.test('when backends of a service left', t => {
  t.strictSame(departures([left, { ...left, to: 'up' }, { ...left, service: 'db' }], 'web'), [3000])
  t.end()
})

t.test('what is said aloud is the latest, and how many more; nothing of what does not matter', t => {
  t.equal(announcement([journalEntry(1)]), '')
  t.equal(announcement([left, journalEntry(4)]), 'web: a is down: refused')
  const action = journalEntry(2, { event: 'admin', msg: 'admin reload' })
  t.equal(announcement([action]), 'admin reload')
  t.equal(announcement([left, action]), 'web: a is down: refused. 1 more event')
  t.equal(announcement([left, action, { ...action, id: 1 }]), 'web: a is down: refused. 2 more events')
  t.end()
})
