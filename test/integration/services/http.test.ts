import autocannon from 'autocannon'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { startWeb } from '../../services/web.js'

interface Load {
  readonly name: string
  readonly options: Omit<autocannon.Options, 'url'>
  readonly answers: number
  readonly connections: number
}

const closing = { connection: 'close' }
const body = 'x'.repeat(65_536)

const loads: readonly Load[] = [
  { name: 'keep-alive', options: { connections: 40, amount: 10_000 }, answers: 10_000, connections: 40 },
  {
    name: 'pipelined',
    options: { connections: 10, pipelining: 8, amount: 10_000 },
    // autocannon does not count the last pipeline of a connection, but for its first answer.
    answers: 10_000 - 10 * 7,
    connections: 10,
  },
  {
    name: 'one connection per request',
    // autocannon counts a request twice when its connection ends.
    options: { connections: 20, amount: 2 * 1500, headers: closing },
    answers: 1500,
    connections: 1500,
  },
  {
    name: 'bodies of 64 KiB echoed',
    options: { connections: 10, amount: 500, method: 'POST', body, expectBody: body },
    answers: 500,
    connections: 10,
  },
]

t.test('HTTP as opaque TCP', async t => {
  const [alpha, beta] = await Promise.all([startWeb(t, 'alpha'), startWeb(t, 'beta')])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--probe', 'http,path=/'],
    ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
    ...['--backend', `127.0.0.1:${beta.port},name=beta`],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const url = `http://127.0.0.1:${evenkeel.port}/`
  const sessions = () => evenkeel.metric('evenkeel_sessions_total')

  for (const { name, options, answers, connections } of loads) {
    await t.test(`${name}: no error`, async t => {
      const before = await sessions()
      const result = await autocannon({ url, ...options })
      t.comment(`${result['2xx']} answers, ${result.requests.average} per second, ${result.errors} errors`)
      const { errors, timeouts, non2xx, mismatches } = result
      t.same({ errors, timeouts, non2xx, mismatches }, { errors: 0, timeouts: 0, non2xx: 0, mismatches: 0 })
      t.equal(result['2xx'], answers, 'every answer')
      t.ok((await sessions()) - before >= connections, 'as many connections as expected')
    })
  }
  t.ok(
    Math.abs(alpha.requests() - beta.requests()) < 0.2 * (alpha.requests() + beta.requests()),
    'both served',
  )

  await t.test('a server stops under load', async t => {
    const load = autocannon({ url, connections: 20, amount: 2 * 1000, headers: closing })
    const before = alpha.requests()
    await evenkeel.until(
      () => Promise.resolve(alpha.requests()),
      now => now - before > 200,
    )
    await alpha.close()
    const { errors, non2xx, '2xx': answers } = await load
    t.comment(`under way when it stopped: ${answers} answers, ${errors} errors`)
    t.ok(errors <= 20, 'only who was connected to it at that moment sees an error')
    t.equal(non2xx, 0)
    const after = await autocannon({ url, connections: 10, amount: 2 * 250, headers: closing })
    t.same([after['2xx'], after.errors, after.non2xx], [250, 0, 0], 'after the failover')
  })

  await noLeaks()
})
