import t from 'tap'
import type { ServiceStats } from '../../../src/core/stats.js'
import type { ServiceGauges } from '../../../src/observe/gauges.js'
import { contentType, Metrics } from '../../../src/observe/metrics.js'
import { readExposition, type Exposition } from '../../fixtures/exposition.js'
import { CAME_UP, PROBE, WENT_DOWN } from '../../fixtures/facts.js'
import { backendStats, serviceStats, sessionStats } from '../../fixtures/service-stats.js'

const POSTGRES: ServiceGauges = {
  service: 'postgres',
  failover: 'primary',
  backends: [
    { name: 'db1', health: 'up', admin: 'ready', effectiveWeight: 1 },
    { name: '[::1]:5432', health: 'down', admin: 'ready', effectiveWeight: 2 },
  ],
}

function newMetrics(
  linesDropped: () => number = () => 0,
  journalLinesDropped: () => number = () => 0,
): Metrics {
  return new Metrics({ version: '1.2.3', node: 'v20.0.0', linesDropped, journalLinesDropped })
}

async function scrape(
  metrics: Metrics,
  stats: readonly ServiceStats[] = [serviceStats('postgres')],
  services: readonly ServiceGauges[] = [POSTGRES],
): Promise<Exposition> {
  return readExposition(await metrics.render(stats, services))
}

t.test('every metric is there from the start, with its type', async t => {
  const { types } = await scrape(newMetrics())
  const ours = [...types].filter(([name]) => name.startsWith('evenkeel_')).sort()
  t.strictSame(ours, [
    ['evenkeel_backend_admin_state', 'gauge'],
    ['evenkeel_backend_state', 'gauge'],
    ['evenkeel_backend_up', 'gauge'],
    ['evenkeel_backend_weight', 'gauge'],
    ['evenkeel_build_info', 'gauge'],
    ['evenkeel_bytes_total', 'counter'],
    ['evenkeel_connect_duration_seconds', 'histogram'],
    ['evenkeel_connect_errors_total', 'counter'],
    ['evenkeel_datagrams_dropped_total', 'counter'],
    ['evenkeel_datagrams_total', 'counter'],
    ['evenkeel_failover_state', 'gauge'],
    ['evenkeel_journal_lines_dropped_total', 'counter'],
    ['evenkeel_log_lines_dropped_total', 'counter'],
    ['evenkeel_probe_duration_seconds', 'histogram'],
    ['evenkeel_probes_total', 'counter'],
    ['evenkeel_refused_total', 'counter'],
    ['evenkeel_session_duration_seconds', 'histogram'],
    ['evenkeel_sessions_active', 'gauge'],
    ['evenkeel_sessions_closed_total', 'counter'],
    ['evenkeel_sessions_total', 'counter'],
    ['evenkeel_transitions_total', 'counter'],
  ])
  t.equal(types.get('process_cpu_seconds_total'), 'counter')
  t.equal(types.get('process_start_time_seconds'), 'gauge')
  t.match(contentType, /^text\/plain; version=0\.0\.4/)
})

t.test('every known series is there from the start, at 0', async t => {
  const { series } = await scrape(newMetrics())
  for (const zero of [
    'evenkeel_sessions_total{service="postgres",backend="db1",protocol="tcp"}',
    'evenkeel_sessions_active{service="postgres",backend="[::1]:5432",protocol="udp"}',
    'evenkeel_sessions_closed_total{service="postgres",backend="db1",protocol="tcp",reason="idle-timeout"}',
    'evenkeel_bytes_total{service="postgres",backend="db1",protocol="tcp",direction="to_client"}',
    'evenkeel_datagrams_total{service="postgres",backend="db1",direction="to_backend"}',
    'evenkeel_datagrams_dropped_total{service="postgres",reason="loop"}',
    'evenkeel_refused_total{service="postgres",protocol="tcp",reason="no-backend"}',
    'evenkeel_connect_duration_seconds_count{service="postgres"}',
    'evenkeel_session_duration_seconds_sum{service="postgres",protocol="udp"}',
    'evenkeel_probes_total{service="postgres",backend="db1",result="fail"}',
    'evenkeel_probe_duration_seconds_bucket{le="+Inf",service="postgres"}',
    'evenkeel_transitions_total{service="postgres",backend="db1",to="down",cause="lagging"}',
    'evenkeel_transitions_total{service="postgres",backend="db1",to="up",cause=""}',
    'evenkeel_log_lines_dropped_total',
    'evenkeel_journal_lines_dropped_total',
  ]) {
    t.equal(series.get(zero), 0, zero)
  }
})

t.test('the state at the time of the scrape', async t => {
  const { series } = await scrape(newMetrics(() => 17))
  t.equal(series.get('evenkeel_build_info{version="1.2.3",node="v20.0.0"}'), 1)
  t.equal(series.get('evenkeel_backend_up{service="postgres",backend="db1"}'), 1)
  t.equal(series.get('evenkeel_backend_up{service="postgres",backend="[::1]:5432"}'), 0)
  t.equal(series.get('evenkeel_backend_state{service="postgres",backend="db1",state="up"}'), 1)
  t.equal(series.get('evenkeel_backend_state{service="postgres",backend="db1",state="down"}'), 0)
  t.equal(series.get('evenkeel_backend_admin_state{service="postgres",backend="db1",state="ready"}'), 1)
  t.equal(series.get('evenkeel_backend_admin_state{service="postgres",backend="db1",state="drain"}'), 0)
  t.equal(series.get('evenkeel_backend_weight{service="postgres",backend="[::1]:5432"}'), 2)
  t.equal(series.get('evenkeel_failover_state{service="postgres",state="primary"}'), 1)
  t.equal(series.get('evenkeel_log_lines_dropped_total'), 17)
})

t.test('what was dropped is counted once, however often it is asked for', async t => {
  const metrics = newMetrics(
    () => 5,
    () => 7,
  )
  await scrape(metrics)
  const { series } = await scrape(metrics)
  t.equal(series.get('evenkeel_log_lines_dropped_total'), 5)
  t.equal(series.get('evenkeel_journal_lines_dropped_total'), 7)
})

t.test('probes and transitions are counted as they are told, before the first scrape as well', async t => {
  const metrics = newMetrics()
  metrics.probe({ ...PROBE, durationMs: 3 })
  await scrape(metrics)
  metrics.probe({ ...PROBE, durationMs: 700 })
  metrics.probe({ ...PROBE, ok: false, durationMs: 20_000 })
  metrics.backendState(WENT_DOWN)
  metrics.backendState(CAME_UP)
  const { series } = await scrape(metrics)
  t.equal(series.get('evenkeel_probes_total{service="postgres",backend="db1",result="pass"}'), 2)
  t.equal(series.get('evenkeel_probes_total{service="postgres",backend="db1",result="fail"}'), 1)
  t.equal(
    series.get('evenkeel_transitions_total{service="postgres",backend="db1",to="down",cause="dead"}'),
    1,
  )
  t.equal(series.get('evenkeel_transitions_total{service="postgres",backend="db1",to="up",cause=""}'), 1)
  const bucket = (le: string): number | undefined =>
    series.get(`evenkeel_probe_duration_seconds_bucket{le="${le}",service="postgres"}`)
  t.strictSame(['0.0025', '0.005', '0.5', '1', '10', '+Inf'].map(bucket), [0, 1, 1, 2, 2, 3])
  t.equal(series.get('evenkeel_probe_duration_seconds_count{service="postgres"}'), 3)
  t.equal(series.get('evenkeel_probe_duration_seconds_sum{service="postgres"}'), 20.703)
})

t.test('histograms of the data path keep their cumulative buckets', async t => {
  const connectDuration = { bounds: [0.01, 0.1], counts: [3, 7], count: 9, sum: 1.5 }
  const { series } = await scrape(newMetrics(), [serviceStats('postgres', { connectDuration })])
  const name = 'evenkeel_connect_duration_seconds'
  t.equal(series.get(`${name}_bucket{service="postgres",le="0.01"}`), 3)
  t.equal(series.get(`${name}_bucket{service="postgres",le="0.1"}`), 7)
  t.equal(series.get(`${name}_bucket{service="postgres",le="+Inf"}`), 9)
  t.equal(series.get(`${name}_count{service="postgres"}`), 9)
  t.equal(series.get(`${name}_sum{service="postgres"}`), 1.5)
})

t.test('counters follow the data path from scrape to scrape and do not add up', async t => {
  const metrics = newMetrics()
  const withTotal = (total: number): ServiceStats[] => [
    serviceStats('postgres', {
      backends: [backendStats('db1', { sessions: { tcp: sessionStats({ total }), udp: sessionStats({}) } })],
    }),
  ]
  const series = 'evenkeel_sessions_total{service="postgres",backend="db1",protocol="tcp"}'
  t.equal((await scrape(metrics, withTotal(5))).series.get(series), 5)
  t.equal((await scrape(metrics, withTotal(6))).series.get(series), 6)
})

t.test('backends that are gone leave nothing behind', async t => {
  const metrics = newMetrics()
  await scrape(metrics)
  metrics.probe(PROBE)
  metrics.backendState({ ...CAME_UP, to: 'unknown' })
  const left = { ...POSTGRES, backends: POSTGRES.backends.slice(1) }
  const { series } = await scrape(metrics, [], [left])
  t.notOk([...series.keys()].some(key => key.includes('"db1"')))
  t.ok(series.has('evenkeel_probes_total{service="postgres",backend="[::1]:5432",result="pass"}'))
  const none = await scrape(metrics, [], [])
  t.notOk([...none.series.keys()].some(key => key.includes('"postgres"')))
})

t.test('names with quotes, backslashes and line ends stay one label', async t => {
  const name = 'a"b\\c\nd'
  const { series } = await scrape(
    newMetrics(),
    [serviceStats('s', { backends: [backendStats(name)] })],
    [
      {
        service: 's',
        failover: 'primary',
        backends: [{ name, health: 'up', admin: 'ready', effectiveWeight: 1 }],
      },
    ],
  )
  t.equal(series.get('evenkeel_backend_up{service="s",backend="a\\"b\\\\c\\nd"}'), 1)
})
