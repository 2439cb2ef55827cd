import t from 'tap'
import type { Answer } from '../../../../src/control/admin/answer.js'
import {
  explain,
  healthz,
  history,
  journal,
  metrics,
  page,
  readyz,
  service,
  services,
} from '../../../../src/control/admin/reads.js'
import type { Respond } from '../../../../src/control/admin/reply.js'
import type { AdminSource } from '../../../../src/control/admin/source.js'
import { callOf, servedFrom } from '../../../fixtures/admin-call.js'
import { adminSource, FakeJournal, serviceNamed } from '../../../fixtures/admin-source.js'

async function ask(respond: Respond, source = adminSource(), call = callOf()): Promise<Answer> {
  return (await respond(servedFrom(source), call)) as Answer
}

const ids = ({ body }: Answer): readonly number[] =>
  (JSON.parse(body) as { entries: readonly { id: number }[] }).entries.map(({ id }) => id)

t.test('the process lives', async t => {
  t.match(await ask(healthz), { status: 200, body: 'ok' })
})

t.test('it is ready when every service is; otherwise those that are not are named', async t => {
  t.match(await ask(readyz), { status: 200 })
  const { status, body } = await ask(readyz, adminSource([], { notReady: () => ['web', 'dns'] }))
  t.equal(status, 503)
  t.match(JSON.parse(body), { status: 503, detail: /web, dns/, services: ['web', 'dns'] })
})

t.test('metrics come as the source gives them', async t => {
  t.strictSame(await ask(metrics), {
    status: 200,
    headers: { 'Content-Type': 'text/plain; version=0.0.4' },
    body: 'a 1\n',
  })
  const failing = adminSource([], { metrics: () => Promise.reject(new Error('no stats')) })
  await t.rejects(ask(metrics, failing), { message: 'no stats' })
})

t.test('services, all and one by one', async t => {
  const source = adminSource(['a', 'b'])
  t.strictSame(JSON.parse((await ask(services, source)).body), {
    services: [serviceNamed('a'), serviceNamed('b')],
  })
  const one = await ask(service, source, callOf({ parameters: ['b'] }))
  t.strictSame(JSON.parse(one.body), { ...serviceNamed('b'), config: {}, origins: {} })
  t.match(await ask(service, source, callOf({ parameters: ['c'] })), {
    status: 404,
    body: /there is no service c/,
  })
})

t.test('an explanation', async t => {
  const asked: unknown[] = []
  const answering: Partial<AdminSource> = {
    explain: (...told) => {
      asked.push(told)
      const explanation = {
        service: 'a',
        client: '',
        algorithm: 'ip-hash',
        backend: null,
        candidates: [],
      } as const
      return Promise.resolve(told[0] === 'gone' ? undefined : explanation)
    },
  }
  const one = adminSource(['a'], answering)
  const two = adminSource(['a', 'b'], answering)
  t.match(await ask(explain, two, callOf({ query: 'service=b&client=192.0.2.1:5' })), {
    status: 200,
    body: /ip-hash/,
  })
  t.match(await ask(explain, one, callOf({ query: 'client=::1' })), { status: 200 })
  t.strictSame(asked, [
    ['b', { address: '192.0.2.1', port: 5 }],
    ['a', { address: '::1', port: 0 }],
  ])
  for (const [source, query, status, body] of [
    [two, 'service=gone&client=::1', 404, /there is no service gone/],
    [two, 'client=::1', 422, /"path":"service"/],
    [adminSource([]), 'client=::1', 422, /"path":"service"/],
    [one, 'service=a', 422, /client is missing.*"path":"client"/],
    [one, 'service=a&client=db1', 422, /\\"db1\\".*"path":"client"/],
  ] as const) {
    t.match(await ask(explain, source, callOf({ query })), { status, body }, query)
  }
})

t.test('the journal', async t => {
  const entries = new FakeJournal()
  // One each second of the hour before now.
  for (let count = 0; count < 3600; count++) entries.tell('ready')
  const source = adminSource([], { journal: entries })
  const read = (query: string): Promise<Answer> => ask(journal, source, callOf({ query }))
  t.equal(ids(await read('')).length, 3600)
  t.strictSame(ids(await read('since=3s')), [3598, 3599, 3600])
  t.strictSame(ids(await read('since=2026-01-01T00:59:59Z')), [3600])
  t.strictSame(ids(await read('since=1h&limit=2')), [3599, 3600], 'the newest, in their order')
  t.strictSame(ids(await read('since=0s')), [])
  for (const query of ['since=now', 'limit=0', 'limit=10001', 'limit=x']) {
    t.match(
      await read(query),
      { status: 422, body: new RegExp(`"path":"${query.split('=', 1)[0] ?? ''}"`) },
      query,
    )
  }
})

t.test('a history is written once as long as it stays', async t => {
  let view = { stepMs: 5000, times: [1], services: [] }
  const source = adminSource([], { history: () => view })
  const first = await ask(history, source)
  t.match(first, { status: 200, body: '{"stepMs":5000,"times":[1],"services":[]}' })
  t.equal(await ask(history, source), first)
  view = { ...view, times: [1, 2] }
  t.match(await ask(history, source), { body: /\[1,2\]/ })
})

t.test('the page', async t => {
  t.match(await ask(page), { status: 200, body: 'a page' })
})
