import t from 'tap'
import { reloadWords } from '../../../../src/dashboard/model/reload-words.js'

const nothing = { added: [], removed: [], changed: [] }

t.test('what a reload changed is told by name, as far as there is room', t => {
  t.equal(
    reloadWords({ services: nothing, backends: nothing, listeners: nothing }),
    'Reloaded: nothing changed.',
  )
  t.equal(
    reloadWords({
      services: { ...nothing, changed: ['web'] },
      backends: { ...nothing, added: ['web/a', 'web/b', 'web/c', 'web/d'], removed: ['web/x'] },
      listeners: { added: ['tcp://:80'], removed: [] },
    }),
    'Reloaded: 1 service changed (web), 4 backends added (web/a, web/b, web/c, …), 1 backend removed (web/x), 1 listener opened (tcp://:80).',
  )
  t.end()
})
