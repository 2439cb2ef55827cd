import type { Clock, Millis, Random } from '../../clock.js'
import { Balancer, type CountOf } from '../../core/balancer.js'
import type { BackendName } from '../../core/backend.js'
import { addBelow, LocalCount, type Count } from '../../core/count.js'
import type { Lease } from '../../core/lease.js'
import type { Observer } from '../../core/observer.js'
import type { EndReason, Protocol, Refusal } from '../../core/outcome.js'
import type { Service } from '../../core/service.js'
import type { Snapshot } from '../../core/snapshot.js'
import type { PassiveReport, Terms } from '../datapath.js'
import { ServiceCounters } from './counters.js'
import { Parking } from './parking.js'
import { Sweeper } from './sweeper.js'
import { ResetQueue } from './reset-queue.js'
import type { SendQueues } from './send-queues.js'
import { KernelDrops } from './udp-kernel-drops.js'

/** Descriptors of a session. */
const COST: Readonly<Record<Protocol, number>> = { tcp: 2, udp: 1 }

/** A session under way, of either protocol. */
export interface Session {
  /** Ends it now: whatever is left of it is reset. */
  abort(reason: EndReason): void
}

/** The counts of one service: of this thread alone, or of all threads together. */
export interface ServiceCounts {
  /** Places that are taken. */
  readonly places: Readonly<Record<Protocol, Count>>
  /** Places of all services that are taken. */
  readonly all: Readonly<Record<Protocol, Count>>
  readonly ofBackend: CountOf
}

/** Who counts what. */
export interface Counts {
  ofService(service: string): ServiceCounts
  /** The sessions of the UDP listener at a place. */
  ofListener(place: string): Count
}

/** Counts of this thread alone. */
export function localCounts(): Counts {
  const all = { tcp: new LocalCount(), udp: new LocalCount() }
  const places = (): ServiceCounts['places'] => ({ tcp: new LocalCount(), udp: new LocalCount() })
  return {
    ofService: () => ({ places: places(), all, ofBackend: () => new LocalCount() }),
    ofListener: () => new LocalCount(),
  }
}

/** What the data path works with; none of it is its own. */
export interface DataPathTools {
  readonly clock: Clock
  readonly random: Random
  readonly observer: Pick<Observer, 'session' | 'refused' | 'warning'>
  readonly passive: PassiveReport
  /** May change at any time. */
  readonly terms: Terms
}

/** What the listeners and sessions of one service share. */
export class ServicePath {
  #service: Service
  readonly tools: DataPathTools
  readonly balancer: Balancer
  readonly counters = new ServiceCounters()
  readonly kernelDrops = new KernelDrops()
  readonly parking: Parking
  readonly sweepers: Readonly<Record<Protocol, Sweeper>>
  readonly sendQueues: SendQueues
  readonly resets: ResetQueue
  readonly #places: ServiceCounts['places']
  readonly #allPlaces: ServiceCounts['all']
  /** The clients and sessions of this thread that hold a place, from accept to the end of both sides. */
  readonly #sessions: Readonly<Record<Protocol, Set<Session>>> = { tcp: new Set(), udp: new Set() }
  #stopping = false
  #idle: (() => void) | undefined
  readonly #blamed = new Set<BackendName>()

  constructor(service: Service, tools: DataPathTools, sendQueues: SendQueues, counts: ServiceCounts) {
    this.#service = service
    this.tools = tools
    this.sendQueues = sendQueues
    this.resets = new ResetQueue(sendQueues)
    this.#places = counts.places
    this.#allPlaces = counts.all
    this.balancer = new Balancer(service.balance, tools.clock, tools.random, counts.ofBackend)
    this.parking = new Parking(tools.clock)
    this.sweepers = {
      tcp: new Sweeper(tools.clock, timeoutsOf(service).tcp),
      udp: new Sweeper(tools.clock, timeoutsOf(service).udp),
    }
  }

  /** As it is configured now; whoever needs a value of it asks each time. */
  get service(): Service {
    return this.#service
  }

  /** Follows a change of the configuration: what it says holds for sessions under way as well. Undoes {@link close}. */
  reconfigure(service: Service): void {
    this.#service = service
    this.#stopping = false
    this.balancer.use(service.balance)
    this.sweepers.tcp.adapt(timeoutsOf(service).tcp)
    this.sweepers.udp.adapt(timeoutsOf(service).udp)
  }

  /** Whether new clients are refused because the service is being stopped. */
  get stopping(): boolean {
    return this.#stopping
  }

  publish(snapshot: Snapshot): void {
    this.balancer.update(snapshot)
    for (const { backend } of snapshot.backends) this.counters.backend(backend.name)
    this.counters.retain(name => this.balancer.knows(name))
    for (const name of this.#blamed) if (!this.balancer.knows(name)) this.#blamed.delete(name)
    this.parking.wake()
  }

  /** Takes a place if the service's limit leaves one; {@link enter} says whose it is, or {@link vacate} gives it back. */
  take(protocol: Protocol): boolean {
    const { maxConnections, maxUdpSessions } = this.service
    const { tcp, udp } = this.#allPlaces
    // What outlived a change of the limits is not within those of any service.
    if (tcp.value * COST.tcp + udp.value * COST.udp + COST[protocol] > this.tools.terms.descriptors)
      return false
    if (!addBelow(this.#places[protocol], protocol === 'tcp' ? maxConnections : maxUdpSessions)) return false
    addBelow(this.#allPlaces[protocol], Infinity)
    return true
  }

  /** Gives back a place that is nobody's. */
  vacate(protocol: Protocol): void {
    this.#places[protocol].subtract()
    this.#allPlaces[protocol].subtract()
    if (this.occupied === 0) this.#idle?.()
  }

  /** The place that was taken is this session's until it {@link leave}s. */
  enter(protocol: Protocol, session: Session): void {
    this.#sessions[protocol].add(session)
  }

  leave(protocol: Protocol, session: Session): void {
    if (this.#sessions[protocol].delete(session)) this.vacate(protocol)
  }

  /** The place is no longer this session's, and goes to whoever {@link enter}s next; else {@link vacate} gives it back. */
  handOver(protocol: Protocol, session: Session): void {
    this.#sessions[protocol].delete(session)
  }

  /** Gives a lease back and lets a parked client have the place. */
  release(lease: Lease): void {
    lease.release()
    this.parking.wake()
  }

  /** Counts and tells that a client was turned away. */
  refused(protocol: Protocol, reason: Refusal, client: string): void {
    this.counters.refused(protocol, reason)
    this.tools.observer.refused({ service: this.service.name, protocol, reason, client }, 1)
  }

  /** A client's connection failed: the backend's fault. */
  blame(lease: Lease, reason: string): void {
    if (!lease.isCurrent) return
    const backend = lease.backend.name
    this.#blamed.add(backend)
    this.tools.passive(this.service.name, backend, { kind: 'fail', cause: 'dead', reason })
  }

  /** A client's connection worked. Told only after a failure, so the usual case costs nothing. */
  absolve(lease: Lease): void {
    if (this.#blamed.size === 0 || !lease.isCurrent) return
    const backend = lease.backend.name
    if (!this.#blamed.delete(backend)) return
    this.tools.passive(this.service.name, backend, { kind: 'pass' })
  }

  /** Takes no new client from now on. */
  close(): void {
    this.#stopping = true
    this.parking.clear()
  }

  /** Resolves when the last place is free. Whoever asked before is not told any more. */
  async drain(): Promise<void> {
    if (this.occupied > 0) await new Promise<void>(resolve => (this.#idle = resolve))
  }

  /** Ends every session. */
  abort(reason: EndReason): void {
    for (const session of this.#all()) session.abort(reason)
  }

  /** Ends every session; one that cannot be ended, because a bug left it so, does not keep the others from it. */
  abortEach(reason: EndReason): void {
    for (const session of this.#all()) {
      try {
        session.abort(reason)
      } catch {
        for (const sessions of Object.values(this.#sessions)) sessions.delete(session)
      }
    }
  }

  /** All that there are now, whatever becomes of them meanwhile. */
  #all(): readonly Session[] {
    return [...this.#sessions.tcp, ...this.#sessions.udp]
  }

  /** Sessions and clients of this thread. */
  get occupied(): number {
    return this.#sessions.tcp.size + this.#sessions.udp.size
  }
}

function timeoutsOf(service: Service): Readonly<Record<Protocol, readonly Millis[]>> {
  const { idleTimeout, finTimeout, udpIdleTimeout } = service
  return { tcp: [idleTimeout, finTimeout], udp: [udpIdleTimeout] }
}
