import type { Clock, Millis, Timer } from '../clock.js'
import { isBetweenStates, type Observation } from '../core/health.js'
import type { AdminState, BackendName } from '../core/backend.js'
import type { Observer } from '../core/observer.js'
import type { Service } from '../core/service.js'
import type { Snapshot } from '../core/snapshot.js'
import { BackendTable, type BackendStatus, type TableObserver } from '../core/table.js'
import type { Monitor } from './monitor.js'
import { createProbe } from './probes/index.js'
import type { ProbeResult, Watch } from './watch.js'

/** What a supervisor works with; none of it is its own. */
export interface SupervisorTools {
  readonly clock: Clock
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  readonly monitor: Pick<Monitor, 'watch'>
  readonly observer: Observer
  /** Called with each new snapshot. */
  readonly publish: (snapshot: Snapshot) => void
}

/** The least time between snapshots that bring new probe times and nothing else. */
const MEASUREMENTS: Millis = 100
/** Backends for each millisecond that transitions wait for more of them: a snapshot of thousands is a burden. */
const PER_MILLISECOND = 100

/** Keeps the table of one service current: probe results, passive failures and time go in, snapshots come out. */
export class Supervisor {
  readonly service: Service
  readonly #tools: SupervisorTools
  readonly #table: BackendTable
  readonly #watches = new Map<BackendName, Watch>()
  /** Backends whose last probe could not run, which is told once. */
  readonly #troubled = new Set<BackendName>()
  /** Transitions that are told once they have been published: who hears of one finds that it has come to pass. */
  readonly #untold: (() => void)[] = []
  #publishedAt: Millis = -Infinity
  #timer: Timer | undefined
  /** The snapshot that waits to be published. */
  #pending: { readonly due: Millis; readonly timer: Timer } | undefined
  #stopped = false

  constructor(service: Service, tools: SupervisorTools) {
    this.service = service
    this.#tools = tools
    const { observer } = tools
    const transitions: TableObserver = {
      backendState: fact => this.#untold.push(() => observer.backendState(fact)),
      failover: fact => this.#untold.push(() => observer.failover(fact)),
    }
    this.#table = new BackendTable(service, transitions, tools.clock.now())
  }

  get failover(): BackendTable['failover'] {
    return this.#table.failover
  }

  /** Publishes the first snapshot. Probes begin with {@link start}. */
  open(): void {
    this.#publish()
  }

  /** Begins to probe. */
  start(): void {
    const { probe } = this.service
    for (const { name, endpoint, state } of this.service.backends) {
      const ask = createProbe(probe.spec)
      if (ask === undefined) return
      const watch = this.#tools.monitor.watch({
        target: endpoint,
        probe: ask,
        timeout: probe.timeout,
        interval: () => this.#interval(name),
        onResult: result => this.#probed(name, result),
      })
      if (state === 'maintenance') watch.pause()
      this.#watches.set(name, watch)
    }
  }

  /** Ends all probes and timers; nothing is published afterwards. */
  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
    this.#pending?.timer.cancel()
    for (const tell of this.#untold.splice(0)) tell()
    for (const watch of this.#watches.values()) watch.stop()
    this.#watches.clear()
  }

  /** What a client's connection met; a failure asks for a probe at once. */
  passive(name: BackendName, seen: Observation): void {
    if (!this.service.passive || this.#stopped) return
    const changed = this.#table.recordPassive(name, seen, this.#tools.clock.now())
    if (seen.kind === 'fail') this.#watches.get(name)?.expedite()
    if (changed) this.#publish()
  }

  /** Sets what the operator wants of a backend: in `maintenance` it is not probed. */
  setAdmin(name: BackendName, state: AdminState): void {
    if (!this.#table.setAdmin(name, state, this.#tools.clock.now())) return
    const watch = this.#watches.get(name)
    if (state === 'maintenance') watch?.pause()
    else watch?.resume()
    this.#publish()
  }

  /** Ends every session of a backend. */
  killSessions(name: BackendName): void {
    if (this.#table.killSessions(name)) this.#publish()
  }

  /** What people are told of the backends, in the order of the configuration. */
  status(): readonly BackendStatus[] {
    return this.#table.status(this.#tools.clock.now())
  }

  #probed(name: BackendName, { verdict, durationMs }: ProbeResult): void {
    if (verdict.kind === 'local') {
      if (this.#troubled.has(name)) return
      this.#troubled.add(name)
      this.#tools.observer.warning(`probe of ${name} could not run: ${verdict.reason}`, {
        service: this.service.name,
        backend: name,
      })
      return
    }
    this.#troubled.delete(name)
    const ok = verdict.kind === 'pass'
    this.#tools.observer.probe({ service: this.service.name, backend: name, ok, durationMs })
    const record = { at: this.#tools.wallTime(), ok, durationMs, reason: verdict.reason }
    const seen: Observation = verdict.kind === 'pass' ? { kind: 'pass' } : verdict
    if (!this.#table.recordProbe(name, seen, record, this.#tools.clock.now())) return
    const isTransition = this.#untold.length > 0
    this.#publishWithin(isTransition ? this.service.backends.length / PER_MILLISECOND : MEASUREMENTS)
  }

  /** Publishes what changed, and no sooner than `gap` after the last time. */
  #publishWithin(gap: Millis): void {
    const { clock } = this.#tools
    const due = this.#publishedAt + gap
    const wait = due - clock.now()
    // Timers keep whole milliseconds.
    if (wait < 1) return this.#publish()
    if (this.#pending !== undefined && this.#pending.due <= due) return
    this.#pending?.timer.cancel()
    this.#pending = { due, timer: clock.after(wait, () => this.#publish()) }
  }

  #interval(name: BackendName): Millis {
    const { interval, fastInterval, downInterval } = this.service.probe
    const health = this.#table.health(name)
    if (health === undefined) return interval
    if (isBetweenStates(health)) return fastInterval
    return health.kind === 'down' ? downInterval : interval
  }

  #publish(): void {
    const now = this.#tools.clock.now()
    this.#pending?.timer.cancel()
    this.#pending = undefined
    this.#publishedAt = now
    this.#tools.publish(this.#table.snapshot(now))
    for (const tell of this.#untold.splice(0)) tell()
    this.#rearm()
  }

  readonly #advance = (): void => {
    if (this.#table.advance(this.#tools.clock.now())) this.#publish()
    else this.#rearm()
  }

  #rearm(): void {
    this.#timer?.cancel()
    const now = this.#tools.clock.now()
    const deadline = this.#table.deadline(now)
    this.#timer = deadline === undefined ? undefined : this.#tools.clock.after(deadline - now, this.#advance)
  }
}
