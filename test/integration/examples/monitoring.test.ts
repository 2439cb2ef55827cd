import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { say, serveTcp } from '../../fixtures/tcp-server.js'

const EXAMPLES = new URL('../../../examples/', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, EXAMPLES), 'utf8')

/** The metrics an expression names, histograms without the ends of their series. */
function metricsOf(expression: string): string[] {
  return [...expression.matchAll(/\b((?:evenkeel|process|nodejs)_\w+)/g)].map(([, name = '']) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  )
}

/** All expressions anywhere in a dashboard or among rules. */
function expressions(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    ['expr', 'definition'].includes(key) && typeof inner === 'string' ? [inner] : expressions(inner),
  )
}

interface Panel {
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly expr: string; readonly refId: string }[]
  readonly fieldConfig: { readonly defaults: { readonly unit: string } }
}

interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string }[] }
}

const dashboard = JSON.parse(read('grafana/evenkeel.json')) as Dashboard
const rules = parse(read('prometheus/alerts.yml')) as {
  groups: [{ rules: { alert: string; expr: string; annotations: Record<string, string> }[] }]
}

t.test('every metric of the dashboard and of the rules is one that evenkeel has', async t => {
  const server = await serveTcp(t, say('a'))
  const evenkeel = await startEvenkeel(t, ['-l', 'tcp://127.0.0.1:0', '-b', `127.0.0.1:${server.port}`])
  const { body } = await evenkeel.get('/metrics')
  const known = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
  for (const expression of [...expressions(dashboard), ...expressions(rules)]) {
    const metrics = metricsOf(expression)
    if (!/^up\{/.test(expression)) t.ok(metrics.length > 0, expression)
    for (const metric of metrics) t.ok(known.has(metric), `${metric} in ${expression}`)
  }
})

t.test('the dashboard follows its variables, in units that fit', t => {
  t.same(
    dashboard.templating.list.map(({ name }) => name),
    ['datasource', 'service', 'backend'],
  )
  t.ok(dashboard.panels.length >= 15)
  for (const { title, targets, fieldConfig } of dashboard.panels) {
    for (const { expr } of targets) {
      if (!/\{job="evenkeel"\}/.test(expr)) t.match(expr, /service=~"\$service"/, title)
      const { unit } = fieldConfig.defaults
      const wanted = /_seconds_bucket|lag_p99_seconds/.test(expr)
        ? 's'
        : /evenkeel_bytes_total/.test(expr)
          ? 'Bps'
          : undefined
      if (wanted !== undefined) t.equal(unit, wanted, title)
      if (/\brate\(evenkeel_\w+_total/.test(expr)) t.ok(['cps', 'pps', 'Bps'].includes(unit), title)
    }
  }
  t.end()
})

t.test('no panel lies on another', t => {
  const taken = new Set<string>()
  for (const {
    title,
    gridPos: { x, y, w, h },
  } of dashboard.panels) {
    t.ok(x + w <= 24, title)
    for (let column = x; column < x + w; column++) {
      for (let row = y; row < y + h; row++) {
        t.notOk(taken.has(`${column} ${row}`), title)
        taken.add(`${column} ${row}`)
      }
    }
  }
  t.end()
})

t.test('every rule is tested, to fire and to be silent', t => {
  const { tests } = parse(read('prometheus/alerts.test.yml')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[]
  }
  const all = tests.flatMap(({ alert_rule_test }) => alert_rule_test)
  for (const { alert } of rules.groups[0].rules) {
    const own = all.filter(({ alertname }) => alertname === alert)
    t.ok(
      own.some(({ exp_alerts }) => exp_alerts.length > 0),
      `${alert} fires`,
    )
    t.ok(
      own.some(({ exp_alerts }) => exp_alerts.length === 0),
      `${alert} is silent`,
    )
  }
  t.end()
})
