import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { readExposition } from '../../fixtures/exposition.js'
import { isIsolated } from '../../fixtures/isolation.js'
import { echoed } from '../../fixtures/tcp-client.js'
import { echo, refuseTcp, serveTcp } from '../../fixtures/tcp-server.js'

interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const LOCAL = { host: '127.0.0.1', port: 7070 }

const METRICS = [
  ...[
    'build_info',
    'sessions_total',
    'sessions_active',
    'sessions_closed_total',
    'refused_total',
    'bytes_total',
  ],
  ...['datagrams_total', 'datagrams_dropped_total', 'connect_errors_total', 'connect_duration_seconds'],
  ...['session_duration_seconds', 'backend_up', 'backend_state', 'backend_weight', 'probes_total'],
  ...['probe_duration_seconds', 'transitions_total', 'failover_state', 'log_lines_dropped_total'],
  ...['backend_admin_state', 'journal_lines_dropped_total'],
]

if (await isIsolated(t, import.meta.url, ['ip addr add 192.0.2.7/32 dev lo'])) {
  t.test('case 26: admin defaults', async t => {
    const one = await serveTcp(t, echo)
    const two = await refuseTcp(t)
    const backends = [
      '--backend',
      `${one.address},name=one,weight=2`,
      '--backend',
      `${two.address},name=two,backup`,
    ]
    const evenkeel = await startEvenkeel(t, ['--listen', '127.0.0.1:0', ...backends, ...PROBED], {
      admin: LOCAL,
    })
    const noLeaks = watchForLeaks(t, evenkeel)
    t.match(await evenkeel.event('admin'), { action: 'listening', address: '127.0.0.1:7070' })
    await evenkeel.backendState('one', 'up')
    await evenkeel.backendState('two', 'down')
    t.equal(await echoed(evenkeel.port, 'hello'), 'hello')

    t.test('nothing off the loopback', async t => {
      t.equal(await connectError('192.0.2.7'), 'ECONNREFUSED')
      t.equal(await connectError('::1'), 'ECONNREFUSED')
      t.equal(await connectError('127.0.0.1'), undefined)
    })

    t.test('reads are open', async t => {
      t.match(await ask('/healthz'), { status: 200 })
      t.match(await ask('/readyz'), { status: 200 })
      const all = await ask('/api/v1/services')
      t.match(all, { status: 200, headers: { 'content-type': /^application\/json/ } })
      const { services } = JSON.parse(all.body) as { services: unknown[] }
      t.strictSame(Object.keys(services[0] ?? {}), [
        ...['name', 'balance', 'datapath', 'failover', 'listeners', 'backends', 'leaving'],
      ])
      const backend = { maxConnections: null, state: 'ready', sessionsActive: 0 }
      t.match(services, [
        {
          name: 'default',
          balance: 'round-robin',
          datapath: 'userspace',
          failover: 'primary',
          listeners: [{ protocol: 'tcp', address: '127.0.0.1', port: evenkeel.port }],
          backends: [
            {
              ...backend,
              name: 'one',
              weight: 2,
              effectiveWeight: 2,
              backup: false,
              health: 'up',
              cause: null,
            },
            { ...backend, name: 'two', address: two.address, backup: true, health: 'down', cause: 'dead' },
          ],
        },
      ])
      t.match(services, [
        {
          backends: [
            {
              sessionsTotal: 1,
              lastProbe: { at: /^\d{4}-.*Z$/, ok: true, durationMs: Number, reason: String },
            },
            { sessionsTotal: 0, lastProbe: { ok: false, reason: /ECONNREFUSED/ } },
          ],
        },
      ])
      t.equal((await ask('/api/v1/services/default')).status, 200)
      for (const path of ['/api/v1/services/other', '/api/v2', '/..%2f', '/api/v1/services/%ff']) {
        t.match(
          await ask(path),
          { status: 404, headers: { 'content-type': /^application\/problem\+json/ } },
          path,
        )
      }
    })

    t.test('metrics parse', async t => {
      const { status, headers, body } = await ask('/metrics')
      t.match(
        { status, headers },
        { status: 200, headers: { 'content-type': /^text\/plain; version=0\.0\.4/ } },
      )
      const { types, series } = readExposition(body)
      for (const name of METRICS) t.ok(types.has(`evenkeel_${name}`), name)
      t.equal(series.get('evenkeel_backend_up{service="default",backend="one"}'), 1)
      t.equal(series.get('evenkeel_backend_up{service="default",backend="two"}'), 0)
      t.ok(types.has('process_cpu_seconds_total'))
    })

    t.test('foreign Host and Origin', async t => {
      const foreign: readonly IncomingHttpHeaders[] = [
        { host: 'evil.example' },
        { host: 'evil.example:7070' },
        { host: 'localhost.evil.example' },
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { origin: 'https://127.0.0.1:7070' },
      ]
      const own: readonly IncomingHttpHeaders[] = [
        { host: 'localhost:7070' },
        { host: '127.0.0.1' },
        { host: '[::1]:7070' },
        { host: 'localhost:7070', origin: 'http://localhost:7070' },
      ]
      for (const path of ['/metrics', '/api/v1/services', '/healthz']) {
        for (const headers of foreign)
          t.equal((await ask(path, { headers })).status, 403, JSON.stringify(headers))
        for (const headers of own)
          t.equal((await ask(path, { headers })).status, 200, JSON.stringify(headers))
      }
    })

    t.test('what only reads cannot be changed', async t => {
      const before = (await ask('/api/v1/services')).body
      for (const path of ['/api/v1/services', '/api/v1/services/default', '/metrics', '/healthz']) {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
          t.equal((await ask(path, { method })).status, 405, `${method} ${path}`)
        }
      }
      const states = (body: string): string => body.replace(/"lastProbe":\{[^}]*\}/g, '')
      t.equal(states((await ask('/api/v1/services')).body), states(before))
    })

    t.test('without an eligible backend it lives but is not ready', async t => {
      one.stop()
      await evenkeel.backendState('one', 'down')
      const { status, body } = await ask('/readyz')
      t.equal(status, 503)
      t.match(JSON.parse(body), { services: ['default'] })
      t.equal((await ask('/healthz')).status, 200)
      await one.start()
      await evenkeel.event('failover', ({ to }) => to === 'primary')
      t.equal((await ask('/readyz')).status, 200)
      t.equal(await echoed(evenkeel.port, 'and on'), 'and on')
    })

    await noLeaks()
  })
}

function ask(path: string, options: RequestOptions = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    request({ ...LOCAL, path, agent: false, ...options }, response => {
      const { statusCode: status = 0, headers } = response
      text(response).then(body => resolve({ status, headers, body }), reject)
    })
      .on('error', reject)
      .end()
  })
}

/** undefined = it can be connected to. */
function connectError(host: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ host, port: LOCAL.port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
