import t from 'tap'
import { settle, withEntry, withNotice, withServices } from '../../../../src/cli/top/top-state.js'
import { backendView, serviceView } from '../../../fixtures/fake-admin.js'
import { journalEntry, NOW, topState } from '../../../fixtures/top-state.js'

const at = (after: number): string => new Date(NOW + after).toISOString()

t.test('the selection stays on its backend, or where it was when that is gone', t => {
  const state = settle({ ...topState(), selected: 'db/db2' })
  t.equal(state.cursor, 1)
  const db = (...names: string[]) => [
    serviceView(
      'db',
      names.map(name => backendView(name)),
    ),
  ]
  const moved = withServices(state, { at: at(1000), services: db('new', 'db1', 'db2') })
  t.match(moved, { selected: 'db/db2', cursor: 2, now: NOW + 1000 })
  const gone = withServices(moved, { at: at(2000), services: db('new', 'db1') })
  t.match(gone, { selected: 'db/db1', cursor: 1 })
  t.match(withServices(gone, { at: at(3000), services: [] }), { selected: undefined, cursor: 0 })
  t.end()
})

t.test('a connection that is back counts from then on', t => {
  const services = topState().services
  t.match(withServices(topState(), { at: at(1000), services }).connection, { since: NOW - 61_000 })
  const lost = topState({ connection: { lost: 'ECONNRESET' } })
  t.same(withServices(lost, { at: at(5000), services }).connection, { since: NOW + 5000 })
  t.end()
})

t.test('each event is remembered once, the last 200 of them', t => {
  let state = withEntry(withEntry(topState(), journalEntry(1, 'one')), journalEntry(1, 'one'))
  t.match(state.entries, { length: 1 })
  const another = { ...journalEntry(1, 'of another process'), time: at(1) }
  state = withEntry(state, another)
  t.match(state.entries, { length: 2 })
  for (let id = 2; id < 300; id++) state = withEntry(state, journalEntry(id, 'more'))
  t.match(state.entries, { length: 200 })
  t.equal(state.entries.at(-1)?.id, 299)
  t.end()
})

t.test('a notice goes after a while', t => {
  const state = withNotice(topState(), 'done', 'good')
  t.match(settle({ ...state, now: NOW + 5999 }).notice, { text: 'done' })
  t.equal(settle({ ...state, now: NOW + 6000 }).notice, undefined)
  t.end()
})
