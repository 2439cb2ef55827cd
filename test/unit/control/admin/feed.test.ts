import t from 'tap'
import { eventMessage } from '../../../../src/control/admin/feed.js'

t.test('a message has its name, its id and its data in one line each, and an empty one', t => {
  t.equal(
    eventMessage('backend-state', { reason: 'two\nlines\r\u2028' }, 7),
    'event: backend-state\nid: 7\ndata: {"reason":"two\\nlines\\r\u2028"}\n\n',
  )
  t.equal(eventMessage('services', null), 'event: services\ndata: null\n\n')
  t.end()
})
