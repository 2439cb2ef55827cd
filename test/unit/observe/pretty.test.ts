import t from 'tap'
import { prettyLine } from '../../../src/observe/pretty.js'

t.test('puts the service in front', async t => {
  t.equal(prettyLine({ event: 'backend-state', service: 'web', msg: 'db1 is up' }), '[web] db1 is up')
  t.equal(prettyLine({ event: 'ready', msg: 'ready' }), 'ready')
})

t.test('shows the fields of a warning only', async t => {
  const fields = { level: 'warn', time: 'now', service: 'web', backend: 'db1', left: 3, msg: 'few ports' }
  t.equal(prettyLine({ ...fields, event: 'warning' }), '[web] few ports backend=db1 left=3')
  t.equal(prettyLine({ ...fields, event: 'ready' }), '[web] few ports')
})

t.test('escapes control characters, so that no backend can fake a line or move the cursor', async t => {
  t.equal(
    prettyLine({ msg: 'db1 is down: got \u001b[2J\r\nall is well\u009b' }),
    'db1 is down: got \\x1b[2J\\x0d\\x0aall is well\\x9b',
  )
})
