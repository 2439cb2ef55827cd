import t from 'tap'
import { findBackend, findService } from '../../../src/cli/find-names.js'
import { backendView, serviceView } from '../../fixtures/fake-admin.js'

const db = serviceView('db', [
  backendView('one', { sessionsActive: 5 }),
  backendView('both'),
  backendView('unix:/run/x'),
])
const web = serviceView('web', [backendView('both'), backendView('two')])
web.leaving = [
  { name: 'gone', address: '10.0.0.9:1', sessionsActive: 2 },
  { name: 'two', address: '10.0.0.9:1', sessionsActive: 9 },
]
const services = [db, web]

t.test('a service is named where there are several', t => {
  t.equal(findService(services, 'web'), web)
  t.equal(findService([db], undefined), db)
  const cases: [Parameters<typeof findService>, message: string][] = [
    [[services, undefined], 'which service? --service names it: db and web'],
    [[[], undefined], 'there is no service'],
    [[services, 'wev'], 'there is no service "wev" (did you mean web? there are db and web)'],
  ]
  for (const [args, message] of cases)
    t.throws(() => findService(...args), { name: 'AdminError', exitCode: 1, message })
  t.end()
})

t.test('a backend is found by its name where only one has it', t => {
  t.same(findBackend(services, 'one'), { service: 'db', backend: 'one', sessionsActive: 5 })
  t.match(findBackend(services, 'web/both'), { service: 'web', backend: 'both' })
  t.match(findBackend(services, 'unix:/run/x'), { service: 'db', backend: 'unix:/run/x' })
  t.match(findBackend(services, 'db/unix:/run/x'), { service: 'db', backend: 'unix:/run/x' })
  t.match(findBackend(services, 'gone'), { service: 'web', sessionsActive: 2 })
  t.match(findBackend(services, 'two'), { sessionsActive: 0 }, 'rather than a removed one of its name')
  t.end()
})

t.test('otherwise it is told what there is', t => {
  const cases: [string, string][] = [
    ['both', 'which backend "both"? there are db/both and web/both'],
    ['tow', 'there is no backend "tow" (there are one, db/both, unix:/run/x, web/both and two)'],
    [
      'onee',
      'there is no backend "onee" (did you mean one? there are one, db/both, unix:/run/x, web/both and two)',
    ],
    [
      'db/onee',
      'there is no backend "db/onee" (did you mean db/one? there are db/one, db/both, db/unix:/run/x, web/both and web/two)',
    ],
  ]
  for (const [text, message] of cases) {
    t.throws(() => findBackend(services, text), { name: 'AdminError', exitCode: 1, message })
  }
  t.end()
})
