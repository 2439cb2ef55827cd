import type { Millis } from '../clock.js'
import type { AdminState, Backend, BackendName } from './backend.js'
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
import { smooth } from './latency.js'
import type { Observer } from './observer.js'
import type { Service } from './service.js'
import { nextRamp, rampedWeight } from './slow-start.js'
import type { BackendSnapshot, RevokeReason, Snapshot } from './snapshot.js'

/** A probe's result as it is remembered. */
export interface ProbeRecord {
  /** Wall-clock milliseconds since 1970. */
  readonly at: number
  readonly ok: boolean
  readonly durationMs: number
  readonly reason: string
}

/** What people are told of a backend. */
export interface BackendStatus {
  readonly backend: Backend
  readonly admin: AdminState
  readonly health: Health['kind']
  /** Why it is down; undefined when it is not. */
  readonly cause: Cause | undefined
  readonly effectiveWeight: number
  readonly lastProbe: ProbeRecord | undefined
}

interface Row {
  readonly backend: Backend
  admin: AdminState
  health: Health
  /** When it went down; what a passive failure took down is `unknown` again some time later. */
  downSince: Millis | undefined
  /** When its slow start began; undefined = it has its full weight. */
  rampSince: Millis | undefined
  lastProbe: ProbeRecord | undefined
  probeTime: BackendSnapshot['probeTime']
  revocation: { readonly count: number; readonly reason: RevokeReason } | undefined
}

/** Told of transitions. */
export type TableObserver = Pick<Observer, 'backendState' | 'failover'>

/**
 * The backends of one service: health, admin state and failover, and the snapshot that follows from them. It decides
 * and remembers; whoever owns it brings results and time, and publishes when a call returned true.
 */
export class BackendTable {
  readonly #service: Service
  readonly #observer: TableObserver
  readonly #rows: ReadonlyMap<BackendName, Row>
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

  /** Takes in a probe's result. True when the snapshot changed. */
  recordProbe(name: BackendName, seen: Observation, record: ProbeRecord, now: Millis): boolean {
    const row = this.#rows.get(name)
    if (row === undefined) return false
    row.lastProbe = record
    const measured = seen.kind === 'pass' && this.#service.balance === 'least-latency'
    if (measured) row.probeTime = nextTime(row.probeTime, record.durationMs)
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

  /** Sets what the operator wants of a backend. True when the snapshot changed. */
  setAdmin(name: BackendName, admin: AdminState, now: Millis): boolean {
    const row = this.#rows.get(name)
    if (row === undefined || row.admin === admin) return false
    const leaves = row.admin === 'ready'
    row.admin = admin
    if (leaves && this.#service.closeOn.has('drain')) revoke(row, 'backend-drained')
    this.#ramp(row, now)
    this.#stepFailover(now)
    return true
  }

  /** Ends every session of a backend. True when there is such a backend. */
  killSessions(name: BackendName): boolean {
    const row = this.#rows.get(name)
    if (row === undefined) return false
    revoke(row, 'killed')
    return true
  }

  /** Lets time pass: failback, slow starts, and passive failures that expire. True when the snapshot changed. */
  advance(now: Millis): boolean {
    let changed = false
    for (const row of this.#rows.values()) {
      if (row.rampSince !== undefined) {
        changed = true
        if (now - row.rampSince >= this.#service.slowStart) row.rampSince = undefined
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
    let earliest = deadline(this.#failover, this.#service) ?? Infinity
    for (const row of this.#rows.values()) {
      earliest = Math.min(earliest, this.#passiveExpiry(row) ?? Infinity)
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

  /** What people are told, in the order of the configuration. */
  status(now: Millis): readonly BackendStatus[] {
    return [...this.#rows.values()].map(row => ({
      backend: row.backend,
      admin: row.admin,
      health: row.health.kind,
      cause: row.health.kind === 'down' ? row.health.cause : undefined,
      effectiveWeight: this.#weight(row, now),
      lastProbe: row.lastProbe,
    }))
  }

  #observe(
    row: Row,
    seen: Observation,
    source: Source,
    probe: ProbeRecord | undefined,
    now: Millis,
  ): boolean {
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
    this.#stepFailover(now)
  }

  #stepFailover(now: Millis): boolean {
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

  #isProbed(): boolean {
    return this.#service.probe.spec.kind !== 'none'
  }

  #passiveExpiry(row: Row): Millis | undefined {
    if (this.#isProbed() || row.downSince === undefined) return undefined
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

function newRow(backend: Backend): Row {
  return {
    backend,
    admin: backend.state,
    health: UNKNOWN,
    downSince: undefined,
    rampSince: undefined,
    lastProbe: undefined,
    probeTime: undefined,
    revocation: undefined,
  }
}

function isServing(row: Row): boolean {
  return row.admin === 'ready' && isEligible(row.health)
}

function revoke(row: Row, reason: RevokeReason): void {
  row.revocation = { count: (row.revocation?.count ?? 0) + 1, reason }
}

function nextTime(last: Row['probeTime'], durationMs: Millis): Row['probeTime'] {
  return { average: smooth(last?.average, durationMs), count: (last?.count ?? 0) + 1 }
}

/** How many consecutive results led from one health to the other. */
function streak(before: Health, after: Health): number {
  if (before.kind !== 'down') return after.kind === 'down' ? before.failures + 1 : 1
  return (after.kind === 'down' ? before.drift : before.passes) + 1
}
