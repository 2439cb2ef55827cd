import type { Clock, Millis, Timer } from '../clock.js'
import type { AdminState, BackendName, DeadlineAction } from '../core/backend.js'
import { isBetweenStates, type Observation } from '../core/health.js'
import type { AdminFact, Observer } from '../core/observer.js'
import type { Service } from '../core/service.js'
import type { Snapshot } from '../core/snapshot.js'
import { BackendTable, type BackendStatus, type TableObserver } from '../core/table.js'
import { Departures } from './departures.js'
import type { Monitor } from './monitor.js'
import type { ProbeResult } from './watch.js'
import { Watches } from './watches.js'

/** What a supervisor works with; none of it is its own. */
export interface SupervisorTools {
  readonly clock: Clock
  /** Wall-clock milliseconds since 1970. */
  readonly wallTime: () => number
  readonly monitor: Pick<Monitor, 'watch'>
  readonly observer: Observer
  /** Called with each new snapshot; resolves when it is in force, and returns undefined where that is at once. */
  readonly publish: (snapshot: Snapshot) => Promise<void> | undefined
  /** Sessions of a backend at this moment. */
  readonly held: (backend: BackendName) => number
}

/** The least time between snapshots that bring new probe times and nothing else. */
const MEASUREMENTS: Millis = 100
/** Backends for each millisecond that transitions wait for more of them: a snapshot of thousands is a burden. */
const PER_MILLISECOND = 100

/**
 * Keeps the table of one service current: probe results, passive failures, time and what operators want go in, snapshots
 * come out.
 */
export class Supervisor {
  #service: Service
  readonly #tools: SupervisorTools
  readonly #table: BackendTable
  readonly #watches: Watches
  readonly #departures: Departures
  /** Backends whose last probe could not run, which is told once. */
  readonly #troubled = new Set<BackendName>()
  /** Transitions that are told once they have been published: who hears of one finds that it has come to pass. */
  readonly #untold: (() => void)[] = []
  /** Those that wait for what was published to be in force. */
  #telling: Promise<void> | undefined
  #publishedAt: Millis = -Infinity
  #timer: Timer | undefined
  /** The snapshot that waits to be published. */
  #pending: { readonly due: Millis; readonly timer: Timer } | undefined
  #phase: 'new' | 'started' | 'stopped' = 'new'

  constructor(service: Service, tools: SupervisorTools) {
    this.#service = service
    this.#tools = tools
    const { observer } = tools
    const transitions: TableObserver = {
      backendState: fact => this.#untold.push(() => observer.backendState(fact)),
      failover: fact => this.#untold.push(() => observer.failover(fact)),
      admin: fact => this.#untold.push(() => observer.admin(fact)),
    }
    this.#table = new BackendTable(service, transitions, tools.clock.now())
    this.#watches = new Watches(tools.monitor, {
      interval: name => this.#interval(name),
      onResult: (name, result) => this.#probed(name, result),
    })
    this.#departures = new Departures(tools.clock, {
      idle: () => this.#idle(),
      left: name => tools.held(name),
      departed: names => this.#departed(names),
    })
  }

  /** As it is configured now, with the weights and admin states that its backends have. */
  get service(): Service {
    const here = this.status().filter(({ isLeaving }) => !isLeaving)
    return { ...this.#service, backends: here.map(({ backend, admin }) => ({ ...backend, state: admin })) }
  }

  get failover(): BackendTable['failover'] {
    return this.#table.failover
  }

  /** Publishes the first snapshot. Probes begin with {@link start}, and what follows from it is told then. */
  open(): void {
    this.#publish()
  }

  /** Begins to probe. */
  start(): void {
    this.#phase = 'started'
    this.#tell()
    this.#follow()
  }

  /**
   * Follows what the configuration says of the service: what is known of its backends stays, and what operators changed
   * since does not. Those that are no longer in it leave when their last session is over; probes that ask for the same go
   * on.
   */
  reconfigure(service: Service): void {
    this.#departures.whenIdle(undefined)
    this.#table.clearDeadlines()
    this.change(service)
  }

  /** Follows what an operator changed: all else stays as it is. */
  change(service: Service): void {
    const idle = this.#idle()
    this.#service = service
    this.#table.reconfigure(service, this.#tools.clock.now())
    this.#follow()
    this.#publish()
    for (const { backend, admin, isLeaving } of this.status()) {
      // One that is drained already takes no new session either, and is gone only now.
      if (isLeaving || (admin !== 'ready' && !idle.has(backend.name))) this.#departures.await(backend.name)
    }
  }

  /** The service is no longer configured: all of its backends leave, and `gone` is called when the last one has. */
  leave(gone: () => void): void {
    this.reconfigure({ ...this.#service, backends: [] })
    this.#departures.whenIdle(gone)
  }

  /** Ends all probes and timers; nothing is published afterwards. */
  stop(): void {
    this.#tell()
    this.#phase = 'stopped'
    this.#timer?.cancel()
    this.#pending?.timer.cancel()
    this.#departures.stop()
    this.#watches.stop()
  }

  /** What a client's connection met; a failure asks for a probe at once. */
  passive(name: BackendName, seen: Observation): void {
    if (!this.#service.passive || this.#phase === 'stopped') return
    const changed = this.#table.recordPassive(name, seen, this.#tools.clock.now())
    if (seen.kind === 'fail') this.#watches.expedite(name)
    if (changed) this.#publish()
  }

  /** The next change is what an operator did: it is told before what follows from it. */
  announce(fact: AdminFact): void {
    this.#untold.push(() => this.#tools.observer.admin(fact))
  }

  /**
   * Sets what the operator wants of a backend, and until when: in `maintenance` it is not probed.
   *
   * @param end what is done when the time is over; undefined = the operator will say something else
   */
  setAdmin(
    name: BackendName,
    state: AdminState,
    end?: { readonly after: Millis; readonly then: DeadlineAction },
  ): void {
    const { clock, wallTime } = this.#tools
    const now = clock.now()
    const deadline = end && { due: now + end.after, at: wallTime() + end.after, then: end.then }
    this.#changed(this.#table.setAdmin(name, state, now, deadline))
    this.#pause()
    if (state !== 'ready') this.#departures.await(name)
  }

  /** Gives a backend another weight, with the next pick. */
  setWeight(name: BackendName, weight: number): void {
    this.#changed(this.#table.setWeight(name, weight))
  }

  /** Ends every session of a backend, also of one that leaves. */
  killSessions(name: BackendName): void {
    this.#changed(this.#table.killSessions(name))
  }

  /** What people are told of the backends, in the order of the configuration; those that leave come last. */
  status(): readonly BackendStatus[] {
    return this.#table.status(this.#tools.clock.now())
  }

  #follow(): void {
    if (this.#phase !== 'started') return
    this.#watches.follow(this.#service)
    this.#pause()
  }

  #pause(): void {
    this.#watches.pause(this.#table.inStates(['maintenance']))
  }

  /** Backends that take no new session because somebody said so. */
  #idle(): ReadonlySet<BackendName> {
    return this.#table.inStates(['drain', 'maintenance'])
  }

  #departed(names: readonly BackendName[]): void {
    const removed = new Set(this.#table.forget(names))
    for (const name of removed) this.#troubled.delete(name)
    if (removed.size > 0) this.#publish()
    for (const backend of names) {
      const action = removed.has(backend) ? 'removed' : 'drained'
      this.#tools.observer.admin({ action, service: this.#service.name, backend })
    }
  }

  #probed(name: BackendName, { verdict, durationMs }: ProbeResult): void {
    const service = this.#service.name
    if (verdict.kind === 'local') {
      if (this.#troubled.has(name)) return
      this.#troubled.add(name)
      const message = `probe of ${name} could not run: ${verdict.reason}`
      this.#tools.observer.warning(message, { service, backend: name })
      return
    }
    this.#troubled.delete(name)
    const ok = verdict.kind === 'pass'
    this.#tools.observer.probe({ service, backend: name, ok, durationMs })
    const record = { at: this.#tools.wallTime(), ok, durationMs, reason: verdict.reason }
    const seen: Observation = verdict.kind === 'pass' ? { kind: 'pass' } : verdict
    if (!this.#table.recordProbe(name, seen, record, this.#tools.clock.now())) return
    const isTransition = this.#untold.length > 0
    this.#publishWithin(isTransition ? this.#service.backends.length / PER_MILLISECOND : MEASUREMENTS)
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
    const { interval, fastInterval, downInterval } = this.#service.probe
    const health = this.#table.health(name)
    if (health === undefined) return interval
    if (isBetweenStates(health)) return fastInterval
    return health.kind === 'down' ? downInterval : interval
  }

  /** An operator did something, which may have changed nothing. */
  #changed(isChange: boolean): void {
    if (isChange) return this.#publish()
    this.#tell()
    this.#rearm()
  }

  #publish(): void {
    const now = this.#tools.clock.now()
    this.#pending?.timer.cancel()
    this.#pending = undefined
    this.#publishedAt = now
    this.#tell(this.#tools.publish(this.#table.snapshot(now)))
    this.#rearm()
  }

  readonly #advance = (): void => {
    if (this.#table.advance(this.#tools.clock.now())) this.#publish()
    else this.#rearm()
    this.#pause()
  }

  /** Tells what has happened, in its order, when what follows from it is in force. */
  #tell(inForce?: Promise<void>): void {
    if (this.#phase === 'new') return
    const facts = this.#untold.splice(0)
    const tell = (): void => facts.forEach(fact => fact())
    const before = this.#telling
    if (before === undefined && inForce === undefined) return tell()
    const telling = Promise.all([before, inForce]).then(() => {
      tell()
      if (this.#telling === telling) this.#telling = undefined
    })
    this.#telling = telling
  }

  #rearm(): void {
    this.#timer?.cancel()
    const now = this.#tools.clock.now()
    const deadline = this.#table.deadline(now)
    this.#timer = deadline === undefined ? undefined : this.#tools.clock.after(deadline - now, this.#advance)
  }
}
