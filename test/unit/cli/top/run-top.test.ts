import t from 'tap'
import { AdminError } from '../../../../src/admin-client/admin-error.js'
import { runTop } from '../../../../src/cli/top/run-top.js'
import { backendView, serviceView } from '../../../fixtures/fake-admin.js'
import { FakeClock, settled } from '../../../fixtures/fake-clock.js'
import { fakeTerminal, type FakeTerminal } from '../../../fixtures/fake-terminal.js'
import { surroundings } from '../../../fixtures/surroundings.js'
import { NOW } from '../../../fixtures/top-state.js'
import { fakeProcess } from '../../../fixtures/watched-process.js'

const services = [serviceView('db', [backendView('one'), backendView('two')])]

function start(process = fakeProcess(services)) {
  const terminal = fakeTerminal()
  const stop = new AbortController()
  const clock = new FakeClock()
  let leftovers = 0
  const around = surroundings({
    clock,
    untilStopped: () => stop.signal,
    atExit: () => {
      leftovers++
      return () => leftovers--
    },
  })
  const ended = runTop({ client: process, terminal, surroundings: around, address: ':7070' })
  ended.catch(() => undefined)
  return { terminal, stop, clock, process, ended, leftovers: () => leftovers }
}

/** Resolves when the text was written and keys are read; rejects after more turns than that can take. */
async function shows(terminal: FakeTerminal, text: string): Promise<void> {
  for (let turns = 0; turns < 1000; turns++) {
    if (terminal.isRaw && terminal.written.includes(text)) return
    await settled()
  }
  throw new Error(`${text} is not shown: ${JSON.stringify(terminal.written)}`)
}

const LEAVE = '\u001b[?25h\u001b[?1049l'

t.test('shows the process until q, and gives the terminal back', async t => {
  const { terminal, process, clock, ended, leftovers } = start()
  await shows(terminal, '> ● one')
  t.equal(terminal.isRaw, true)
  t.equal(leftovers(), 1)
  terminal.press('j')
  await shows(terminal, '> ● two')
  terminal.press('d')
  while (process.changes.length === 0) await settled()
  clock.advance(200)
  await shows(terminal, 'two is in drain')
  t.same(process.changes, [['db', 'two', { state: 'drain' }]])
  terminal.press('?')
  await shows(terminal, 'Any key goes back.')
  terminal.press('q')
  await settled()
  terminal.press('q')
  await ended
  t.ok(terminal.written.endsWith(LEAVE))
  t.equal(terminal.isRaw, false)
  t.same([leftovers(), clock.timers], [0, 0])
})

t.test('a frame is not painted before its time, and follows the size', async t => {
  const { terminal, process, clock, ended } = start()
  await shows(terminal, '> ● one')
  const before = terminal.written.length
  const view = (sessionsActive: number) => ({
    kind: 'services' as const,
    view: {
      at: new Date(NOW + 1000).toISOString(),
      services: [serviceView('db', [backendView('one', { sessionsActive })])],
    },
  })
  for (const sessions of [801, 802, 803]) process.send(view(sessions))
  await settled()
  clock.advance(1000)
  await shows(terminal, '803')
  const after = terminal.written.slice(before)
  t.notMatch(after, '802', 'what came together is painted together')
  terminal.resize(100, 30)
  await shows(terminal, '\u001b[30;1H')
  terminal.press('\u0003')
  await ended
})

t.test('a signal ends it', async t => {
  const { terminal, stop, ended } = start()
  await shows(terminal, '> ● one')
  stop.abort()
  await ended
  t.ok(terminal.written.endsWith(LEAVE))
})

t.test('the terminal is not touched when the process cannot be asked', async t => {
  const lost = new AdminError('unreachable', 'gone')
  const { terminal, ended } = start(fakeProcess(services, [], { services: () => Promise.reject(lost) }))
  await t.rejects(ended, lost)
  t.equal(terminal.written, '')
})

t.test('a bug is thrown after the terminal was given back', async t => {
  const { terminal, process, ended } = start()
  await shows(terminal, '> ● one')
  // No server of ours sends this.
  process.send({ kind: 'services', view: { at: '', services: [null] } } as never)
  await t.rejects(ended, { name: 'TypeError' })
  t.ok(terminal.written.endsWith(LEAVE))
  t.equal(terminal.isRaw, false)
})
