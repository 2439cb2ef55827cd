import t from 'tap'
import { AdminError } from '../../../../src/admin-client/admin-error.js'
import { selectedRow, type Effect } from '../../../../src/cli/top/keys.js'
import { carryOut, firstLook, watch } from '../../../../src/cli/top/watcher.js'
import { backendView, serviceView } from '../../../fixtures/fake-admin.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { journalEntry, NOW, topState } from '../../../fixtures/top-state.js'
import { fakeProcess } from '../../../fixtures/watched-process.js'

const services = [serviceView('db', [backendView('one')])]
const at = new Date(NOW + 5000).toISOString()
const lost = new AdminError('unreachable', 'gone', 1, 'ECONNRESET')

t.test('begins with what the process remembers', async t => {
  const state = await firstLook(fakeProcess(services, [journalEntry(1, 'one')]), topState(), NOW)
  t.match(state, { services, entries: [{ id: 1 }], readOnly: undefined, connection: { since: NOW } })
  t.equal(state.selected, 'db/one')
  const checkToken = () => Promise.reject(new AdminError('no-token', 'no token anywhere'))
  const readOnly = await firstLook(fakeProcess(services, [], { checkToken }), topState(), NOW)
  t.equal(readOnly.readOnly, 'no token anywhere')
  const history = () => Promise.reject(lost)
  await t.rejects(firstLook(fakeProcess(services, [], { history }), topState(), NOW), lost)
})

t.test('follows the process, across a lost connection', async t => {
  const clock = new FakeClock()
  const stop = new AbortController()
  const process = fakeProcess(services, [journalEntry(1, 'one'), journalEntry(2, 'missed')])
  let state = topState()
  const watching = watch(process, change => (state = change(state)), clock, stop.signal)
  process.send({ kind: 'services', view: { at, services } })
  process.send({ kind: 'entry', entry: journalEntry(1, 'one') })
  await settled()
  t.match(state, { services, now: NOW + 5000, entries: [{ id: 1 }] })
  process.send(lost)
  await settled()
  t.same(state.connection, { lost: 'ECONNRESET' })
  await clock.pass(1000)
  t.equal(process.watched, 2)
  process.send({ kind: 'services', view: { at, services } })
  await settled()
  t.match(state.connection, { since: NOW + 5000 })
  t.match(state.entries, [{ id: 1 }, { id: 2, msg: 'missed' }])
  stop.abort()
  await watching
  t.equal(clock.timers, 0)
})

t.test('says when what was missed cannot be had', async t => {
  const clock = new FakeClock()
  const stop = new AbortController()
  const process = fakeProcess(services, [], { journal: () => Promise.reject(lost) })
  let state = topState()
  const watching = watch(process, change => (state = change(state)), clock, stop.signal)
  process.send(new AdminError('unreachable', 'over'))
  await settled()
  t.same(state.connection, { lost: 'ended' })
  await clock.pass(1000)
  process.send({ kind: 'services', view: { at, services } })
  await settled()
  t.match(state.notice, { text: 'gone', style: 'bad' })
  stop.abort()
  await watching
})

t.test('carries out what keys ask for, and says what came of it', async t => {
  let state = topState()
  const row = selectedRow(state)
  if (row === undefined) throw new Error('nothing is selected')
  const process = fakeProcess(services)
  const notice = async (effect: Effect, on = process): Promise<unknown> => {
    await carryOut(on, effect, change => (state = change(state)))
    return state.notice
  }
  const drain = { kind: 'change', row, change: { state: 'drain' } } as const
  t.match(await notice(drain), { text: 'db/db1 is in drain', style: 'good' })
  t.match(await notice({ kind: 'kill', row }), { text: 'the sessions of db/db1 were ended' })
  t.same(process.changes, [
    ['db', 'db1', { state: 'drain' }],
    ['db', 'db1', 'kill'],
  ])
  const refusing = (error: Error) => fakeProcess(services, [], { changeBackend: () => Promise.reject(error) })
  t.match(await notice(drain, refusing(new AdminError('refused', 'no'))), { text: 'no', style: 'bad' })
  await t.rejects(notice(drain, refusing(new TypeError('a bug'))), { message: 'a bug' })
  await notice({ kind: 'quit' })
  t.match(process.changes, { length: 2 })
})
