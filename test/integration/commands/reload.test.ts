import t from 'tap'
import { askedAbout } from '../../fixtures/commands.js'
import { isRefusal } from '../../fixtures/run-program.js'

t.jobs = 2

t.test('reload says what it changed, by name', { buffered: true }, async t => {
  const { fake, change } = await askedAbout(t, [])
  fake.reloaded = {
    services: { added: ['redis'], removed: [], changed: ['db', 'web'] },
    backends: { added: [], removed: ['db/db3'], changed: [] },
    listeners: { added: [], removed: [] },
  }
  t.match(await change('reload'), {
    code: 0,
    stdout: 'reloaded\nservices: added redis; changed db, web\nbackends: removed db/db3\n',
    stderr: '',
  })
  const none = { added: [], removed: [], changed: [] }
  fake.reloaded = { services: none, backends: none, listeners: none }
  t.match(await change('reload'), { code: 0, stdout: 'reloaded: nothing changed\n' })
})

t.test('a file that is rejected is no mistake of the command line', { buffered: true }, async t => {
  const { fake, change } = await askedAbout(t, [])
  const detail = 'evenkeel.yaml: services.db.backends[1].weight: not a whole number from 1 to 256'
  fake.reloaded = {
    type: 'about:blank',
    title: 'No',
    status: 422,
    detail,
    path: 'services.db.backends[1].weight',
  }
  isRefusal(t, await change('reload'), detail)
  fake.reloaded = undefined
  isRefusal(t, await change('reload'), 'there is no config file to read again')
})

t.test('without a token it says where it looked', { buffered: true }, async t => {
  const { read } = await askedAbout(t, [])
  const { code, stdout, stderr } = await read('reload')
  t.match(
    { code, stdout, stderr },
    { code: 1, stdout: '', stderr: /^evenkeel: changes need the admin token, looked for it in \/.*\n$/ },
  )
})
