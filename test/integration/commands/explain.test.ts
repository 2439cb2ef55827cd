import t from 'tap'
import { askedAbout } from '../../fixtures/commands.js'
import { isRefusal } from '../../fixtures/run-program.js'

t.jobs = 2

t.test('explain says who gets a client, and why', { buffered: true }, async t => {
  const { fake, read } = await askedAbout(t, [])
  fake.explanation = {
    service: 'db',
    client: '',
    algorithm: 'ip-hash',
    backend: 'db2',
    candidates: [
      { name: 'db1', eligible: false, why: 'down', score: null },
      { name: 'db2', eligible: true, why: 'the client hashes to it', score: 2 },
    ],
  }
  const { code, stdout } = await read('explain', '--client', '[2001:db8::1]:80', '--service', 'db')
  t.equal(code, 0)
  t.match(stdout, /^ip-hash sends \[2001:db8::1\]:80 to db2\n\n.*\n→ {2}db2 .*\n- {2}db1 .*down\n$/)
  t.equal(fake.asked.at(-1)?.path, '/api/v1/explain?client=%5B2001%3Adb8%3A%3A1%5D%3A80&service=db')
  t.same(JSON.parse((await read('explain', '--client', '10.1.2.3', '--json')).stdout), {
    ...fake.explanation,
    client: '10.1.2.3',
  })
})

t.test('what the server does not know is told in its words', { buffered: true }, async t => {
  const { read } = await askedAbout(t, [])
  isRefusal(t, await read('explain', '--client', '10.1.2.3', '--service', 'x'), 'there is no service x')
  t.match(await read('explain'), { code: 2, stderr: /^evenkeel: required option '--client/ })
})
