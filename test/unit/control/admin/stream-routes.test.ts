import t from 'tap'
import type { OpenFeed } from '../../../../src/control/admin/feed.js'
import { events, live } from '../../../../src/control/admin/stream-routes.js'
import { callOf, servedFrom } from '../../../fixtures/admin-call.js'
import { adminSource, FakeJournal } from '../../../fixtures/admin-source.js'

const journal = new FakeJournal()
for (const event of ['listening', 'ready', 'stopped']) journal.tell(event)
const view = Buffer.from('event: services\n\n')
const served = servedFrom(adminSource([], { journal }), {
  live: { latest: view, subscribe: () => () => undefined },
})

/** The first messages of a feed. */
function begin(reply: unknown): string {
  const feed = (reply as { feed: OpenFeed }).feed(() => undefined)
  return [feed.next(), feed.next()].map(bytes => Buffer.from(bytes ?? []).toString()).join('')
}

t.test('events have their own names', async t => {
  t.equal(begin(await events(served, callOf())), '')
  t.match(
    begin(await events(served, callOf({ query: 'after=1' }))),
    /^event: ready\nid: 2\n[^]*event: stopped\nid: 3\n/,
  )
  t.match(begin(await events(served, callOf({ query: 'after=0', lastEventId: '2' }))), /^event: stopped\n/)
})

t.test('the live stream has views and entries', async t => {
  t.equal(begin(await live(served, callOf())), 'event: services\n\n')
  t.match(
    begin(await live(served, callOf({ lastEventId: '2' }))),
    /^event: services\n\nevent: entry\nid: 3\n/,
  )
})

t.test('what is no id is refused with its name', async t => {
  for (const respond of [events, live]) {
    t.match(await respond(served, callOf({ query: 'after=-1' })), { status: 422, body: /"path":"after"/ })
    t.match(await respond(served, callOf({ query: 'after=' })), { status: 422 })
    const refused = await respond(served, callOf({ query: 'after=1', lastEventId: 'x' }))
    t.match(refused, { status: 422, body: /"path":"Last-Event-ID"/ })
  }
})
