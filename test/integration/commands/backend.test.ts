import t, { type Test } from 'tap'
import { askedAbout, type Asked } from '../../fixtures/commands.js'
import { backendView, serviceView } from '../../fixtures/fake-admin.js'
import { isRefusal, runProgram } from '../../fixtures/run-program.js'

t.jobs = 2

function start(t: Test): Promise<Asked> {
  return askedAbout(t, [
    serviceView('db', [backendView('db1', { sessionsActive: 12 }), backendView('db2')]),
    serviceView('web', [backendView('web1', { sessionsActive: 1 }), backendView('db2')]),
  ])
}

t.test('drains, with a deadline, and takes it back', { buffered: true }, async t => {
  const { fake, change } = await start(t)
  const drained = await change('backend', 'drain', 'db1', '--for', '10m', '--then', 'kill')
  t.same([drained.code, drained.stderr], [0, ''])
  t.match(drained.stdout, /^db\/db1: drain \(sessions end in (10m|9m 59s)\), up, weight 1, 12 sessions\n$/)
  t.match(fake.asked.at(-1), {
    method: 'PATCH',
    path: '/api/v1/services/db/backends/db1',
    body: { state: 'drain', for: '10m', then: 'kill' },
  })
  t.match(await change('backend', 'ready', 'db/db1'), {
    stdout: 'db/db1: ready, up, weight 1, 12 sessions\n',
  })
  t.match(await change('backend', 'maintenance', 'web/db2'), { stdout: /^web\/db2: maintenance, / })
  t.same(fake.asked.at(-1)?.body, { state: 'maintenance' })
})

t.test('weighs, adds, removes and ends sessions', { buffered: true }, async t => {
  const { fake, change } = await start(t)
  t.match(await change('backend', 'weight', 'db1', '3'), { code: 0, stdout: /weight 3/ })
  t.match(await change('backend', 'add', '10.0.0.13:5432,weight=2,name=db3,backup', '--service', 'db'), {
    code: 0,
    stdout: 'db/db3: ready, unknown, backup, weight 2, 0 sessions\n',
  })
  t.same(fake.asked.at(-1)?.body, { address: '10.0.0.13:5432', name: 'db3', weight: 2, backup: true })
  t.match(await change('backend', 'kill-sessions', 'web1'), {
    code: 0,
    stdout: 'ended 1 session of web/web1\n',
  })
  t.match(await change('backend', 'remove', 'db1'), {
    code: 0,
    stdout: 'db/db1 is removed, its 12 sessions may end by themselves\n',
  })
  t.match(await change('backend', 'remove', 'db3'), { stdout: 'db/db3 is removed, it had no sessions\n' })
  t.match(fake.services[0], { backends: [{ name: 'db2' }], leaving: [{ name: 'db1' }] })
})

t.test(
  'names that are unknown or mean two things are told with what there is',
  { buffered: true },
  async t => {
    const { change } = await start(t)
    isRefusal(
      t,
      await change('backend', 'drain', 'bd1'),
      'there is no backend "bd1" (there are db1, db/db2, web1 and web/db2)',
    )
    isRefusal(t, await change('backend', 'drain', 'db2'), 'which backend "db2"? there are db/db2 and web/db2')
    isRefusal(t, await change('backend', 'add', 'x:1'), 'which service? --service names it: db and web')
    const taken = await change('backend', 'add', '10.0.0.1:1,name=db1', '--service', 'db')
    isRefusal(t, taken, 'db already has a backend db1')
  },
)

t.test('what is wrong in itself is a usage error', { buffered: true }, async t => {
  const { flags } = await start(t)
  const cases: [string[], string][] = [
    [['weight', 'db1', '0'], 'weight "0": not a whole number from 1 to 256'],
    [['weight', 'db1'], "missing required argument 'weight'"],
    [['drain', 'db1', '--for', '10m'], '--for needs --then kill|ready|maintenance'],
    [['drain', 'db1', '--then', 'kill'], '--then needs --for <duration>'],
    [
      ['drain', 'db1', '--for', '10', '--then', 'kill'],
      '--for "10": not a duration (examples: 250ms, 2s, 1.5h)',
    ],
    [['drain', 'db1', '--for', '1m', '--then', 'x'], '--then "x": not one of kill, ready, maintenance'],
    [['ready', 'db1', '--for', '1m'], "unknown option '--for'"],
    [['add', '10.0.0.1'], 'backend "10.0.0.1": no port (write HOST:PORT)'],
    [['add', '10.0.0.1:1,weight=13', '--service', 'db'], 'weight: not wanted'],
  ]
  for (const [args, complaint] of cases) {
    const { code, stdout, stderr } = await runProgram(['backend', ...args, ...flags])
    t.same(
      { code, stdout, stderr },
      { code: 2, stdout: '', stderr: `evenkeel: ${complaint}\n` },
      args.join(' '),
    )
  }
})

t.test('a token that is none, or not the one, is told of and never shown', { buffered: true }, async t => {
  const { read } = await start(t)
  t.match(await read('backend', 'drain', 'db1'), {
    code: 1,
    stderr: /^evenkeel: changes need the admin token, /,
  })
  const file = `${t.testdir({ token: 'not-the-one' })}/token`
  const refused = await read('backend', 'drain', 'db1', '--admin-token-file', file)
  isRefusal(t, refused, `this needs the token (the token was read from ${file})`)
})
