import t from 'tap'
import type { JournalEntry } from '../../../src/api/views.js'
import { fanOut } from '../../../src/observe/fan-out.js'
import { Journal, type JournalOptions } from '../../../src/observe/journal.js'
import { CAME_UP, tellAll, WENT_DOWN } from '../../fixtures/facts.js'

const START = Date.UTC(2026, 0, 1)

/** A journal in which a second passes from each entry to the next. */
function newJournal(options: Partial<JournalOptions> = {}): { journal: Journal; failures: unknown[] } {
  const failures: unknown[] = []
  let now = START - 1000
  const wallTime = (): number => (now += 1000)
  const listenerFailed = (error: unknown): void => void failures.push(error)
  return { journal: new Journal({ wallTime, listenerFailed, ...options }), failures }
}

const ids = (entries: readonly JournalEntry[]): readonly number[] => entries.map(({ id }) => id)

t.test('an entry is the line of the log with an id', t => {
  const { journal } = newJournal()
  t.strictSame([journal.lastId, journal.after(0)], [0, []])
  journal.observer.backendState?.(WENT_DOWN)
  t.strictSame(journal.after(0), [
    {
      id: 1,
      time: '2026-01-01T00:00:00.000Z',
      level: 'warn',
      event: 'backend-state',
      msg: 'db1 is down: connection refused (ECONNREFUSED)',
      ...WENT_DOWN,
      durationMs: 1.235,
    },
  ])
  t.end()
})

t.test('all events are kept but those of sessions, refusals and probes', t => {
  const { journal } = newJournal()
  tellAll(fanOut([journal.observer]))
  t.strictSame(
    journal.after(0).map(({ event }) => event),
    [
      ...['listening', 'admin', 'ready', 'backend-state', 'failover', 'worker-failed', 'worker-replaced'],
      ...['config-reloaded', 'config-rejected', 'draining', 'stopped', 'warning'],
    ],
  )
  t.end()
})

t.test('no field can pass for what the journal itself says', t => {
  const { journal } = newJournal()
  journal.observer.warning?.('look', {
    id: 99,
    time: 'never',
    level: 'info',
    event: 'ready',
    msg: 'all is well',
  })
  t.match(journal.after(0), [{ id: 1, time: /^2026/, level: 'warn', event: 'warning', msg: 'look' }])
  t.end()
})

t.test('the last entries are remembered, and the oldest forgotten', t => {
  const { journal } = newJournal({ most: 5 })
  for (let count = 0; count < 12; count++) journal.observer.ready?.()
  t.equal(journal.lastId, 12)
  t.strictSame(ids(journal.after(0)), [8, 9, 10, 11, 12])
  t.strictSame(ids(journal.after(10)), [11, 12])
  t.strictSame(ids(journal.after(3, 2)), [8, 9])
  t.strictSame(ids(journal.after(12)), [])
  t.strictSame(ids(journal.after(99)), [])
  t.strictSame(ids(journal.since(START + 9000)), [10, 11, 12])
  t.strictSame(ids(journal.since(0)), [8, 9, 10, 11, 12])
  t.strictSame(ids(journal.since(START + 99_000)), [])
  t.end()
})

t.test('ten thousand entries are remembered unless it is told otherwise', t => {
  const { journal } = newJournal()
  for (let count = 0; count < 10_001; count++) journal.observer.ready?.()
  t.equal(journal.after(0).length, 10_000)
  t.equal(journal.after(0)[0]?.id, 2)
  t.end()
})

t.test('it goes on where an earlier run ended, over gaps as well', t => {
  const before = [3, 4, 9].map(id => ({
    id,
    time: '2025-12-31T00:00:00.000Z',
    level: 'info',
    event: 'ready',
    msg: 'ready',
  }))
  const { journal } = newJournal({ before, most: 8 })
  t.equal(journal.lastId, 9)
  t.strictSame(ids(journal.after(0)), [3, 4, 9])
  journal.observer.stopped?.()
  t.strictSame(ids(journal.after(4)), [9, 10])
  t.strictSame(ids(journal.since(START)), [10])
  t.strictSame(
    ids(newJournal({ before, most: 2 }).journal.after(0)),
    [9],
    'what is too long ago is forgotten',
  )
  t.end()
})

t.test('listeners are told each new entry until they want no more', t => {
  const { journal, failures } = newJournal()
  const heard: unknown[] = []
  const listener = ({ id }: JournalEntry): void => void heard.push(id)
  journal.observer.ready?.()
  const [first, second] = [journal.subscribe(listener), journal.subscribe(listener)]
  journal.observer.backendState?.(CAME_UP)
  first()
  first()
  journal.observer.stopped?.()
  second()
  journal.observer.stopped?.()
  t.strictSame(heard, [2, 2, 3])
  t.strictSame(failures, [])
  t.end()
})

t.test('a listener that throws keeps nobody from being told', t => {
  const { journal, failures } = newJournal()
  const heard: number[] = []
  const bug = new Error('a bug')
  journal.subscribe(() => {
    throw bug
  })
  journal.subscribe(({ id }) => void heard.push(id))
  journal.observer.ready?.()
  t.strictSame(heard, [1])
  t.strictSame(failures, [bug])
  t.end()
})
