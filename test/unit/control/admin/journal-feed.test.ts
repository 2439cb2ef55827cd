import t from 'tap'
import type { Feed } from '../../../../src/control/admin/feed.js'
import { journalFeed } from '../../../../src/control/admin/journal-feed.js'
import { FakeJournal } from '../../../fixtures/admin-source.js'

function journalOf(count: number): FakeJournal {
  const journal = new FakeJournal()
  for (let left = count; left > 0; left--) journal.tell('ready')
  return journal
}

/** The ids in the next message. */
function nextIds(feed: Feed): readonly number[] | undefined {
  const bytes = feed.next()
  if (bytes === undefined) return undefined
  return [
    ...Buffer.from(bytes)
      .toString()
      .matchAll(/^id: (\d+)$/gm),
  ].map(([, id]) => Number(id))
}

const open = (journal: FakeJournal, id: number | undefined, wake = (): void => undefined): Feed =>
  journalFeed(journal, id, ({ event }) => `an-${event}`)(wake)

t.test('without an id only what is new comes, and wakes the reader', t => {
  const journal = journalOf(3)
  let woken = 0
  const feed = open(journal, undefined, () => woken++)
  t.equal(feed.next(), undefined)
  const entry = journal.tell('stopped')
  t.equal(woken, 1)
  t.equal(
    Buffer.from(feed.next() ?? []).toString(),
    `event: an-stopped\nid: 4\ndata: ${JSON.stringify(entry)}\n\n`,
  )
  t.equal(feed.next(), undefined)
  feed.close()
  t.equal(journal.listeners.size, 0)
  t.end()
})

t.test('after an id comes what followed it, a batch at a time', t => {
  const journal = journalOf(250)
  const feed = open(journal, 20)
  const first = nextIds(feed)
  t.strictSame([first?.[0], first?.length], [21, 100])
  journal.tell('ready')
  t.equal(nextIds(feed)?.at(-1), 220)
  t.strictSame(nextIds(feed)?.length, 31)
  t.equal(nextIds(feed), undefined)
  t.end()
})

t.test('an id that was not reached yet is one of an earlier run', t => {
  t.strictSame(nextIds(open(journalOf(2), 3)), [1, 2])
  t.equal(nextIds(open(journalOf(2), 2)), undefined)
  t.strictSame(nextIds(open(journalOf(2), 0)), [1, 2])
  t.end()
})

t.test('what was forgotten meanwhile is passed over', t => {
  const journal = journalOf(10)
  const feed = open(journal, 2)
  journal.entries.splice(0, 8)
  t.strictSame(nextIds(feed), [9, 10])
  const behind = open(journal, 5)
  journal.after = () => []
  t.equal(nextIds(behind), undefined)
  t.end()
})
