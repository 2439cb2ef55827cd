import t from 'tap'
import { liveFeed } from '../../../../src/control/admin/live-feed.js'
import { FakeJournal } from '../../../fixtures/admin-source.js'

t.test('views and entries take turns, and of the views only the latest counts', t => {
  const journal = new FakeJournal()
  const listeners = new Set<() => void>()
  const views = {
    latest: undefined as Uint8Array | undefined,
    subscribe: (wake: () => void) => {
      listeners.add(wake)
      return () => void listeners.delete(wake)
    },
  }
  const show = (text: string): void => {
    views.latest = Buffer.from(text)
    for (const wake of listeners) wake()
  }
  let woken = 0
  const feed = liveFeed(views, journal, undefined)(() => woken++)
  const next = (): string | undefined => {
    const bytes = feed.next()
    return (
      bytes &&
      (/^event: entry\nid: \d+/.exec(Buffer.from(bytes).toString())?.[0] ?? Buffer.from(bytes).toString())
    )
  }
  t.equal(next(), undefined)
  show('one')
  show('two')
  t.equal(woken, 2)
  t.equal(next(), 'two')
  t.equal(next(), undefined)

  // A reader that is so slow that there is always a new view gets the entries as well.
  const got: (string | undefined)[] = []
  for (let turn = 0; turn < 4; turn++) {
    show(`view ${turn}`)
    journal.tell('ready')
    got.push(next())
  }
  t.strictSame(got, ['event: entry\nid: 1', 'view 1', 'event: entry\nid: 2', 'view 3'])
  t.equal(woken, 10)
  feed.close()
  t.strictSame([journal.listeners.size, listeners.size], [0, 0])
  t.end()
})

t.test('entries go on after an id', t => {
  const journal = new FakeJournal()
  for (let count = 0; count < 3; count++) journal.tell('ready')
  const views = { latest: undefined, subscribe: () => () => undefined }
  const feed = liveFeed(views, journal, 1)(() => undefined)
  t.match(Buffer.from(feed.next() ?? []).toString(), /^event: entry\nid: 2\n[^]*event: entry\nid: 3\n/)
  t.end()
})
