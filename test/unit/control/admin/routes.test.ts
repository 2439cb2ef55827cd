import t from 'tap'
import { findRoute, notAllowed } from '../../../../src/control/admin/routes.js'

t.test('each path has its route, with what it leaves open and what is asked', t => {
  for (const target of [
    'GET /',
    'GET /healthz',
    'GET /readyz',
    'GET /metrics?x=1',
    'GET /api/v1/services',
    'GET /api/v1/explain?client=192.0.2.1',
    'GET /api/v1/events',
    'GET /api/v1/live',
    'GET /api/v1/journal',
    'GET /api/v1/history',
    'HEAD /api/v1/services',
  ]) {
    const [method = '', path = ''] = target.split(' ')
    t.match(findRoute(method, path), { isChange: false, parameters: [] }, target)
  }
  t.match(findRoute('GET', '/api/v1/services/x%2Fy%20%C3%A9%25'), { parameters: ['x/y \u00e9%'] })
  const found = findRoute('GET', '/api/v1/explain?service=a&client=%5B::1%5D:1?2')
  t.equal('query' in found && found.query.get('client'), '[::1]:1?2')
  t.end()
})

t.test('changes are marked as such', t => {
  for (const target of [
    'POST /api/v1/reload',
    'POST /api/v1/services/a/backends',
    'PATCH /api/v1/services/a/backends/b',
    'DELETE /api/v1/services/a/backends/b',
    'POST /api/v1/services/a/backends/b/kill-sessions',
  ]) {
    const [method = '', path = ''] = target.split(' ')
    t.match(findRoute(method, path), { isChange: true }, target)
  }
  t.match(findRoute('PATCH', '/api/v1/services/a/backends/10.0.0.1:80'), { parameters: ['a', '10.0.0.1:80'] })
  t.end()
})

t.test('a path that is not there is a 404 that says so', t => {
  for (const path of [
    '/nope',
    '/api/v1/services/postgres/',
    '/api/v1/services/%zz',
    '/healthz/',
    '//healthz',
    'healthz',
    '*',
    'http://localhost/healthz',
    '',
  ]) {
    t.match(findRoute('GET', path), { status: 404 }, path)
  }
  t.match(findRoute('POST', '/nope'), { status: 404, body: /nope/ })
  t.end()
})

t.test('other methods are refused with those there are', t => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'toString']) {
    t.match(findRoute(method, '/api/v1/services'), { status: 405, headers: { Allow: 'GET, HEAD' } })
  }
  const backend = findRoute('GET', '/api/v1/services/a/backends/b')
  t.match(backend, { status: 405, headers: { Allow: 'PATCH, DELETE' } })
  t.match(findRoute('HEAD', '/api/v1/reload'), { status: 405, headers: { Allow: 'POST' } })
  t.match(notAllowed('CONNECT', ['GET']), { status: 405, body: /CONNECT is not one of GET, HEAD/ })
  t.end()
})
