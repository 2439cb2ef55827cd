import t from 'tap'
import { answer, type AdminSource } from '../../../../src/control/admin/routes.js'
import { adminSource, serviceNamed } from '../../../fixtures/admin-source.js'

async function ask(
  request: string,
  source: AdminSource = adminSource(),
): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: string }> {
  const [method = '', target = ''] = request.split(' ')
  return answer({ method, target }, source)
}

t.test('the process lives', async t => {
  t.match(await ask('GET /healthz'), { status: 200, body: 'ok' })
})

t.test('it is ready when every service is; otherwise those that are not are named', async t => {
  t.match(await ask('GET /readyz'), { status: 200 })
  const { status, body } = await ask('GET /readyz', adminSource([], { notReady: () => ['web', 'dns'] }))
  t.equal(status, 503)
  t.match(JSON.parse(body), { status: 503, detail: /web, dns/, services: ['web', 'dns'] })
})

t.test('metrics come as the source gives them', async t => {
  t.strictSame(await ask('GET /metrics?x=1'), {
    status: 200,
    headers: { 'Content-Type': 'text/plain; version=0.0.4' },
    body: 'a 1\n',
  })
})

t.test('services, all and one by one', async t => {
  const source = adminSource(['a', 'x/y \u00e9%'])
  t.strictSame(JSON.parse((await ask('GET /api/v1/services', source)).body), {
    services: [serviceNamed('a'), serviceNamed('x/y \u00e9%')],
  })
  const { status, body } = await ask('GET /api/v1/services/x%2Fy%20%C3%A9%25', source)
  t.equal(status, 200)
  t.strictSame(JSON.parse(body), serviceNamed('x/y \u00e9%'))
})

t.test('a service or path that is not there is a 404 that says so', async t => {
  const { status, body } = await ask('GET /api/v1/services/nope')
  t.equal(status, 404)
  t.match(JSON.parse(body), { title: 'Not Found', detail: /nope/ })
  for (const path of [
    '/nope',
    '/api/v1/services/',
    '/api/v1/services/postgres/',
    '/api/v1/services/%zz',
    '/healthz/',
    '//healthz',
    'healthz',
    '*',
    'http://localhost/healthz',
    '',
  ]) {
    t.equal((await ask(`GET ${path}`)).status, 404, path)
  }
})

t.test('other methods are refused with those there are', async t => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'toString']) {
    const { status, headers } = await ask(`${method} /api/v1/services`)
    t.equal(status, 405)
    t.equal(headers['Allow'], 'GET, HEAD')
  }
  t.equal((await ask('POST /nope')).status, 404)
})

t.test('HEAD is answered like GET', async t => {
  t.strictSame(await ask('HEAD /api/v1/services'), await ask('GET /api/v1/services'))
})

t.test('a failure of the source is passed on', async t => {
  const source = adminSource([], { metrics: () => Promise.reject(new Error('no stats')) })
  await t.rejects(ask('GET /metrics', source), { message: 'no stats' })
})
