import type { Millis } from '../clock.js'
import { isSameEndpoint, type AdminState, type Backend, type BackendName } from './backend.js'
import { deadline, step, type Failover, type TierFacts } from './failover.js'
import {
  isEligible,
  observe,
  UNKNOWN,
  type Cause,
  type Health,
  type Observation,
  type Source,
} from './health.js'
import type { Observer } from './observer.js'
import { isServing, measure, newRow, revoke, type Deadline, type ProbeRecord, type Row } from './row.js'
import type { Service } from './service.js'
import { nextRamp, rampedWeight } from './slow-start.js'
import type { BackendSnapshot, Snapshot } from './snapshot.js'

/** What people are told of a backend. */
export interface BackendStatus {
  readonly backend: Backend
  readonly admin: AdminState
  /** Removed, but for the sessions it still has. */
  readonly isLeaving: boolean
  readonly deadline: Deadline | undefined
  readonly health: Health['kind']
  /** Why it is down; undefined when it is not. */
  readonly cause: Cause | undefined
  /** The same in words. */
  readonly reason: string | undefined
  readonly effectiveWeight: number
  readonly lastProbe: ProbeRecord | undefined
}

/** Told of transitions, and of what was done when the time of an admin state was over. */
export type TableObserver = Pick<Observer, 'backendState' | 'failover' | 'admin'>

/**
 * The backends of one service: health, admin state and failover, and the snapshot that follows from them. It decides
 * and remembers; whoever owns it brings results and time, and publishes when a call returned true.
 */
export class BackendTable {
  #service: Service
  readonly #observer: TableObserver
  /** In the order of the configuration; those that leave come last. */
  #rows: ReadonlyMap<BackendName, Row>
  #failover: Failover = { kind: 'primary' }

  constructor(service: Service, observer: TableObserver, now: Millis) {
    this.#service = service
    this.#observer = observer
    this.#rows = new Map(service.backends.map(backend => [backend.name, newRow(backend)]))
    this.#stepFailover(now)
  }

  get failover(): Failover['kind'] {
    return this.#failover.kind
  }

  /** The health of a backend; undefined for a name that is not in the table. */
  health(name: BackendName): Health | undefined {
    return this.#rows.get(name)?.health
  }

  /**
   * Follows a change of the service. What is known of a backend stays with its name, and its health with its address; its
   * admin state and weight are what the service says. One that is no longer there leaves. Without any backend the service
   * itself is leaving, which is no failover.
   */
  reconfigure(service: Service, now: Millis): void {
    const before = this.#rows
    this.#service = service
    const here = service.backends.map(backend => {
      const row = before.get(backend.name) ?? this.#enter(backend, now)
      return { backend, row }
    })
    const rows = new Map(here.map(({ backend, row }) => [backend.name, row]))
    for (const [name, row] of before) {
      if (rows.has(name)) continue
      rows.set(name, row)
      if (!row.isLeaving) this.#leave(row)
    }
    this.#rows = rows
    for (const { backend, row } of here) this.#adopt(row, backend, now)
    this.#stepFailover(now)
  }

  /** No admin state has an end any more. */
  clearDeadlines(): void {
    for (const row of this.#rows.values()) row.deadline = undefined
  }

  /** Forgets those of these backends that were leaving, and returns them. */
  forget(names: readonly BackendName[]): readonly BackendName[] {
    const gone = new Set(names.filter(name => this.#rows.get(name)?.isLeaving === true))
    if (gone.size > 0) this.#rows = new Map([...this.#rows].filter(([name]) => !gone.has(name)))
    return [...gone]
  }

  /** The backends in these admin states, in the order of {@link status}. */
  inStates(states: readonly AdminState[]): ReadonlySet<BackendName> {
    const names = new Set<BackendName>()
    for (const [name, { admin }] of this.#rows) if (states.includes(admin)) names.add(name)
    return names
  }

  /** Takes in a probe's result. True when the snapshot changed. */
  recordProbe(name: BackendName, seen: Observation, record: ProbeRecord, now: Millis): boolean {
    const row = this.#rows.get(name)
    if (row === undefined) return false
    row.lastProbe = record
    const measured = seen.kind === 'pass' && this.#service.balance === 'least-latency'
    if (measured) measure(row, record.durationMs)
    return this.#observe(row, seen, 'probe', record, now) || measured
  }

  /**
   * Takes in what a client's connection met. A pass counts only where no probe runs, since a backend can accept
   * connections and still fail its probe. True when the snapshot changed.
   */
  recordPassive(name: BackendName, seen: Observation, now: Millis): boolean {
    const row = this.#rows.get(name)
    if (row === undefined || !this.#service.passive) return false
    if (seen.kind === 'pass' && this.#isProbed()) return false
    return this.#observe(row, seen, 'passive', undefined, now)
  }

  /**
   * Sets what the operator wants of a backend, and until when. True when the snapshot changed.
   *
   * @param deadline undefined = until the operator says something else
   */
  setAdmin(name: BackendName, admin: AdminState, now: Millis, deadline?: Deadline): boolean {
    const row = this.#rows.get(name)
    if (row === undefined || row.isLeaving) return false
    row.deadline = deadline
    if (!this.#setAdmin(row, admin, now)) return false
    this.#stepFailover(now)
    return true
  }

  /** Gives a backend another weight. True when the snapshot changed. */
  setWeight(name: BackendName, weight: number): boolean {
    const row = this.#rows.get(name)
    if (row === undefined || row.isLeaving || row.backend.weight === weight) return false
    row.backend = { ...row.backend, weight }
    return true
  }

  /** Ends every session of a backend. True when there is such a backend. */
  killSessions(name: BackendName): boolean {
    const row = this.#rows.get(name)
    if (row === undefined) return false
    revoke(row, 'killed')
    return true
  }

  /**
   * Lets time pass: failback, slow starts, passive failures that expire, and admin states whose time is over. True when
   * the snapshot changed.
   */
  advance(now: Millis): boolean {
    let changed = false
    for (const row of this.#rows.values()) {
      if (row.rampSince !== undefined) {
        changed = true
        if (now - row.rampSince >= this.#service.slowStart) row.rampSince = undefined
      }
      if (row.deadline !== undefined && row.deadline.due <= now) {
        this.#expire(row, row.deadline, now)
        changed = true
      }
      const expiry = this.#passiveExpiry(row)
      if (expiry === undefined || expiry > now) continue
      this.#become(row, UNKNOWN, { reason: 'tried again', streak: 0, durationMs: undefined }, now)
      changed = true
    }
    return this.#stepFailover(now) || changed
  }

  /** When {@link advance} is next needed; undefined = not before something else happens. */
  deadline(now: Millis): Millis | undefined {
    const failback = this.#isLeaving ? undefined : deadline(this.#failover, this.#service)
    let earliest = failback ?? Infinity
    for (const row of this.#rows.values()) {
      earliest = Math.min(earliest, this.#passiveExpiry(row) ?? Infinity, row.deadline?.due ?? Infinity)
      if (row.rampSince === undefined) continue
      earliest = Math.min(earliest, nextRamp(row.rampSince, this.#service.slowStart, now))
    }
    return earliest === Infinity ? undefined : earliest
  }

  /** What the data path is to know. */
  snapshot(now: Millis): Snapshot {
    return {
      failover: this.#failover.kind,
      backends: [...this.#rows.values()].map(row => this.#rowSnapshot(row, now)),
    }
  }

  /** What people are told, in the order of the configuration; those that leave come last. */
  status(now: Millis): readonly BackendStatus[] {
    return [...this.#rows.values()].map(row => ({
      backend: row.backend,
      admin: row.admin,
      isLeaving: row.isLeaving,
      deadline: row.deadline,
      health: row.health.kind,
      cause: row.health.kind === 'down' ? row.health.cause : undefined,
      reason: row.health.kind === 'down' ? row.health.reason : undefined,
      effectiveWeight: this.#weight(row, now),
      lastProbe: row.lastProbe,
    }))
  }

  /** A backend that was added while the service runs: it is new to clients as one that comes back is. */
  #enter(backend: Backend, now: Millis): Row {
    const row = newRow(backend)
    this.#ramp(row, now)
    return row
  }

  /** No probe and no operator changes it from now on. */
  #leave(row: Row): void {
    if (row.admin === 'ready' && this.#service.closeOn.has('drain')) revoke(row, 'backend-drained')
    row.isLeaving = true
    row.admin = 'drain'
    row.deadline = undefined
    row.rampSince = undefined
  }

  /** Takes over what the configuration says of a backend that is in the table. */
  #adopt(row: Row, backend: Backend, now: Millis): void {
    const hasMoved = !isSameEndpoint(row.backend.endpoint, backend.endpoint)
    row.isLeaving = false
    row.backend = backend
    if (row.admin !== backend.state) row.deadline = undefined
    this.#setAdmin(row, backend.state, now)
    if (this.#service.slowStart === 0) row.rampSince = undefined
    if (!hasMoved) return
    row.lastProbe = undefined
    row.probeTime = undefined
    if (row.health.kind === 'unknown') row.health = UNKNOWN
    else
      this.#become(row, UNKNOWN, { reason: 'it has another address', streak: 0, durationMs: undefined }, now)
  }

  #setAdmin(row: Row, admin: AdminState, now: Millis): boolean {
    if (row.admin === admin) return false
    const leaves = row.admin === 'ready'
    row.admin = admin
    if (leaves && this.#service.closeOn.has('drain')) revoke(row, 'backend-drained')
    this.#ramp(row, now)
    return true
  }

  #expire(row: Row, { then }: Deadline, now: Millis): void {
    const { name: service } = this.#service
    row.deadline = undefined
    this.#observer.admin({ action: 'deadline', service, backend: row.backend.name, state: row.admin, then })
    if (then === 'kill') revoke(row, 'killed')
    else this.#setAdmin(row, then, now)
  }

  #observe(
    row: Row,
    seen: Observation,
    source: Source,
    probe: ProbeRecord | undefined,
    now: Millis,
  ): boolean {
    if (row.isLeaving) return false
    const { probe: limits } = this.#service
    const before = row.health
    const after = observe(before, seen, source, limits)
    const sameCause = after.kind !== 'down' || (before.kind === 'down' && before.cause === after.cause)
    if (after.kind === before.kind && sameCause) {
      row.health = after
      return false
    }
    const decided = {
      reason: seen.kind === 'fail' ? seen.reason : (probe?.reason ?? 'connected'),
      streak: streak(before, after),
      durationMs: probe?.durationMs,
    }
    this.#become(row, after, decided, now)
    this.#stepFailover(now)
    return true
  }

  #become(
    row: Row,
    to: Health,
    decided: { reason: string; streak: number; durationMs: number | undefined },
    now: Millis,
  ): void {
    const from = row.health
    row.health = to
    row.downSince = to.kind === 'down' ? now : undefined
    const cause = to.kind === 'down' ? to.cause : undefined
    if (cause !== undefined && this.#service.closeOn.has(cause)) revoke(row, 'backend-down')
    if (from.kind === 'down' || to.kind === 'down') this.#ramp(row, now)
    const { name: service } = this.#service
    this.#observer.backendState({
      service,
      backend: row.backend.name,
      from: from.kind,
      to: to.kind,
      cause,
      ...decided,
    })
  }

  #stepFailover(now: Millis): boolean {
    if (this.#isLeaving) return false
    const facts: Record<keyof TierFacts, boolean> = { primary: false, backup: false }
    for (const row of this.#rows.values()) {
      if (isServing(row)) facts[row.backend.backup ? 'backup' : 'primary'] = true
    }
    const from = this.#failover
    this.#failover = step(from, facts, now, this.#service)
    if (from.kind === this.#failover.kind) return false
    this.#observer.failover({ service: this.#service.name, from: from.kind, to: this.#failover.kind })
    return true
  }

  #ramp(row: Row, now: Millis): void {
    row.rampSince = this.#service.slowStart > 0 && isServing(row) ? now : undefined
  }

  #weight(row: Row, now: Millis): number {
    if (row.rampSince === undefined) return row.backend.weight
    return rampedWeight(row.backend.weight, row.rampSince, this.#service.slowStart, now)
  }

  /** Whether the service itself is leaving. */
  get #isLeaving(): boolean {
    return this.#service.backends.length === 0
  }

  #isProbed(): boolean {
    return this.#service.probe.spec.kind !== 'none'
  }

  #passiveExpiry(row: Row): Millis | undefined {
    if (this.#isProbed() || row.isLeaving || row.downSince === undefined) return undefined
    return row.downSince + this.#service.probe.downInterval
  }

  #rowSnapshot(row: Row, now: Millis): BackendSnapshot {
    return {
      backend: row.backend,
      admin: row.admin,
      healthy: isEligible(row.health),
      eligible: isServing(row),
      effectiveWeight: this.#weight(row, now),
      probeTime: row.probeTime,
      revocation: row.revocation,
    }
  }
}

/** How many consecutive results led from one health to the other. */
function streak(before: Health, after: Health): number {
  if (before.kind !== 'down') return after.kind === 'down' ? before.failures + 1 : 1
  return (after.kind === 'down' ? before.drift : before.passes) + 1
}
