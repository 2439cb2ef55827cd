import {
  AggregatorRegistry,
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  prometheusContentType,
} from 'prom-client'
import type { BackendName } from '../core/backend.js'
import type { Cause } from '../core/health.js'
import type { AdminFact, BackendStateFact, Observer, ProbeFact } from '../core/observer.js'
import type { ServiceStats } from '../core/stats.js'
import { stateFamilies } from './gauges.js'
import type { ServiceGauges } from './gauges.js'
import { trafficFamilies, withUnseen } from './traffic.js'

/** The content type of what {@link Metrics.render} returns. */
export const contentType: string = prometheusContentType

export interface MetricsOptions {
  /** Of this package. */
  readonly version: string
  /** Of the runtime. */
  readonly node: string
  /** Asked at each scrape. */
  readonly linesDropped: () => number
  /** Of the journal on disk; asked at each scrape. */
  readonly journalLinesDropped: () => number
}

/** In seconds: from a probe within the host to the longest timeout people set. */
const PROBE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Between two looks at the lag of the event loop, in milliseconds: the default of 10 wakes an idle process all the time. */
const LAG_SAMPLE = 200
const RESULTS = ['pass', 'fail'] as const
const CAUSES: readonly Cause[] = ['dead', 'demoted', 'lagging']

/**
 * The metrics. What the control path does is counted here as it is told; what the data path counted and the state of
 * the backends are handed over at each scrape, so that moving bytes costs no call here.
 */
export class Metrics implements Pick<Observer, 'admin' | 'backendState' | 'probe'> {
  readonly #registry = new Registry()
  readonly #probes: Counter<'service' | 'backend' | 'result'>
  readonly #probeDuration: Histogram<'service'>
  readonly #transitions: Counter<'service' | 'backend' | 'to' | 'cause'>
  /** The backends of the last scrape, by service. */
  #known: ReadonlyMap<string, ReadonlySet<BackendName>> = new Map()
  /** The backends that were told of since, by service: some of them may be gone by the next. */
  readonly #told = new Map<string, Set<BackendName>>()
  /** The services that have a duration series: making it anew would set it back. */
  readonly #timed = new Set<string>()

  constructor({ version, node, linesDropped, journalLinesDropped }: MetricsOptions) {
    const registers = [this.#registry]
    new Gauge({
      name: 'evenkeel_build_info',
      help: 'Always 1; the labels tell what runs.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version, node }, 1)
    this.#probes = new Counter({
      name: 'evenkeel_probes_total',
      help: 'Probes that said something of the backend, by result.',
      labelNames: ['service', 'backend', 'result'],
      registers,
    })
    this.#probeDuration = new Histogram({
      name: 'evenkeel_probe_duration_seconds',
      help: 'How long probes took.',
      labelNames: ['service'],
      buckets: PROBE_BUCKETS,
      registers,
    })
    this.#transitions = new Counter({
      name: 'evenkeel_transitions_total',
      help: 'Changes of the health of the backend; the cause is empty unless it went down.',
      labelNames: ['service', 'backend', 'to', 'cause'],
      registers,
    })
    for (const [name, help, lost] of [
      [
        'evenkeel_log_lines_dropped_total',
        'Log lines that were lost because the output was slow, broken or full.',
        linesDropped,
      ],
      [
        'evenkeel_journal_lines_dropped_total',
        'Lines of the journal file that were lost because the disk was slow, broken or full.',
        journalLinesDropped,
      ],
    ] as const) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(lost())
        },
      })
    }
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_SAMPLE })
  }

  /**
   * All metrics as Prometheus text. `services` lists every service and backend there is: what has not happened to one of
   * them yet is shown as 0, and what is not among them any more is forgotten.
   */
  render(stats: readonly ServiceStats[], services: readonly ServiceGauges[]): Promise<string> {
    this.#follow(services)
    const families = [...trafficFamilies(withUnseen(stats, services)), ...stateFamilies(services)]
    const gathered = AggregatorRegistry.aggregate<typeof prometheusContentType>([families])
    return Registry.merge([this.#registry, gathered]).metrics()
  }

  backendState({ service, backend, to, cause }: BackendStateFact): void {
    this.#transitions.inc({ service, backend, to, cause: cause ?? '' })
    this.#hear(service, backend)
  }

  probe({ service, backend, ok, durationMs }: ProbeFact): void {
    this.#probes.inc({ service, backend, result: ok ? 'pass' : 'fail' })
    this.#probeDuration.observe({ service }, durationMs / 1000)
    this.#timed.add(service)
    this.#hear(service, backend)
  }

  /** What is gone is forgotten, whether anybody scrapes or not. */
  admin({ action, service, backend }: AdminFact): void {
    if (action !== 'removed') return
    this.#forget(String(service), String(backend))
    this.#told.get(String(service))?.delete(String(backend))
  }

  #hear(service: string, backend: BackendName): void {
    const backends = this.#told.get(service)
    if (backends === undefined) this.#told.set(service, new Set([backend]))
    else backends.add(backend)
  }

  /** Makes the series of new backends and forgets those of backends that are gone, so that reloads do not pile them up. */
  #follow(services: readonly ServiceGauges[]): void {
    const before = this.#known
    const now = new Map(services.map(s => [s.service, new Set(s.backends.map(({ name }) => name))]))
    for (const [service, backends] of now) {
      if (!this.#timed.has(service)) this.#probeDuration.zero({ service })
      this.#timed.add(service)
      for (const backend of backends) if (!before.get(service)?.has(backend)) this.#expect(service, backend)
    }
    for (const [service, backends] of [...before, ...this.#told]) {
      if (!now.has(service) && this.#timed.delete(service)) this.#probeDuration.remove({ service })
      for (const backend of backends) if (!now.get(service)?.has(backend)) this.#forget(service, backend)
    }
    this.#known = now
    this.#told.clear()
  }

  #expect(service: string, backend: BackendName): void {
    for (const result of RESULTS) this.#probes.inc({ service, backend, result }, 0)
    for (const cause of CAUSES) this.#transitions.inc({ service, backend, to: 'down', cause }, 0)
    this.#transitions.inc({ service, backend, to: 'up', cause: '' }, 0)
  }

  #forget(service: string, backend: BackendName): void {
    for (const result of RESULTS) this.#probes.remove({ service, backend, result })
    for (const cause of CAUSES) this.#transitions.remove({ service, backend, to: 'down', cause })
    for (const to of ['up', 'unknown']) this.#transitions.remove({ service, backend, to, cause: '' })
  }
}
