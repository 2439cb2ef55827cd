import type { Clock, Millis, Timer } from '../../../clock.js'
import type { BackendName } from '../../../core/backend.js'
import type { Explanation } from '../../../core/explanation.js'
import type { ListeningFact, Observer } from '../../../core/observer.js'
import type { Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { ServiceStats } from '../../../core/stats.js'
import type { Client } from '../../../core/strategy/strategy.js'
import { ThreadStartError, type DataPath, type PassiveReport, type Terms } from '../../datapath.js'
import { Ledger } from '../ledger.js'
import type { Bound, Ports } from '../listeners.js'
import type { Sharing } from '../sharing.js'
import type { Preparation, Published, ThreadSetup, Told } from './messages.js'
import { PortOrder } from './port-order.js'
import { Seat, type Failure } from './seat.js'
import { CountNumbers } from './shared-counts.js'

/** What a pool works with; none of it is its own. */
export interface PoolTools {
  readonly clock: Clock
  readonly observer: Pick<Observer, 'session' | 'refused' | 'warning' | 'workerFailed' | 'workerReplaced'>
  readonly passive: PassiveReport
  readonly terms: Terms
}

/**
 * A replacement that cannot start, or that failed as soon as it had, is tried again after this: so one is there within a
 * second once it can be.
 */
const RETRY: Millis = 500
/** How long a change of the configuration waits for a thread that has to be replaced first. */
const PATIENCE: Millis = 5000

/**
 * The user-space data path in threads of their own: load never holds up the thread that probes, decides and answers
 * operators. A thread that fails is replaced; the others do not notice, but for the clients that the kernel gives to
 * another one, since it spreads those of UDP by the sockets there are.
 */
export class ThreadedDataPath implements DataPath {
  readonly #tools: PoolTools
  #services: readonly Service[]
  readonly #seats: readonly Seat[]
  readonly #numbers: CountNumbers
  readonly #published = new Map<string, Published>()
  readonly #ledger = new Ledger()
  readonly #portOrder: PortOrder
  /** The ports that the first thread has bound for listeners with port 0. */
  #ports: Ports = new Map()
  #terms: Terms
  /** The seats that are empty at the moment, and when they are not any more. */
  readonly #replacing = new Map<number, Promise<void>>()
  /** When each replacement began to serve. */
  readonly #boundAt = new Map<number, Millis>()
  #isStopping = false

  /** @param workers threads; more than one needs a runtime and a system that share ports */
  constructor(services: readonly Service[], tools: PoolTools, workers: number) {
    this.#tools = tools
    this.#services = services
    this.#terms = tools.terms
    this.#numbers = new CountNumbers(workers)
    this.#portOrder = new PortOrder([...Array(workers).keys()])
    this.#seats = Array.from({ length: workers }, (_, thread) => {
      const seat: Seat = new Seat(tools.clock, {
        onTold: told => this.#tell(thread, told),
        onStats: stats => this.#ledger.take(thread, stats),
        onFailed: failure => this.#failed(seat, thread, failure),
      })
      return seat
    })
  }

  async start(): Promise<readonly ListeningFact[]> {
    const [first, ...others] = this.#seats
    if (first === undefined) throw new Error('no data thread')
    try {
      const { ports, facts } = await first.start(this.#setup(0, this.#sharingOf(0)))
      this.#ports = ports
      for (const [index, seat] of others.entries()) {
        await seat.start(this.#setup(index + 1, 'joins'))
      }
      return facts
    } catch (error) {
      this.#isStopping = true
      await Promise.all(this.#seats.map(seat => seat.end()))
      throw error
    }
  }

  async reconfigure(services: readonly Service[], terms: Terms): Promise<readonly ListeningFact[]> {
    await this.#allSeated()
    let first: Bound = { ports: new Map(), facts: [] }
    try {
      for (const [thread, seat] of this.#seats.entries()) {
        const sharing = this.#sharingOf(thread)
        const bound = await seat.prepare(this.#preparation(thread, services, first.ports, sharing))
        if (thread === 0) first = bound
      }
      // One that failed since was replaced by another, which knows nothing of this.
      if (!this.#seats.every(({ isPrepared }) => isPrepared))
        throw new ThreadStartError('one failed meanwhile')
    } catch (error) {
      for (const seat of this.#seats) seat.tell({ kind: 'rollback' })
      for (const service of this.#published.keys())
        if (!this.#isServed(service)) this.#published.delete(service)
      throw error
    }
    this.#services = services
    this.#ports = first.ports
    this.#terms = terms
    await Promise.all(this.#seats.map(seat => seat.commit(terms)))
    return first.facts
  }

  publish(service: string, snapshot: Snapshot): void {
    const published = this.#numbers.number(service, snapshot)
    this.#published.set(service, published)
    this.#ledger.retain(service, new Set(snapshot.backends.map(({ backend }) => backend.name)))
    for (const seat of this.#seats) seat.tell({ kind: 'publish', ...published })
  }

  /** Messages to threads arrive in their order, and each client is one. */
  settled(): undefined {
    return undefined
  }

  held(service: string, backend: BackendName): number {
    return this.#numbers.held(service, backend)
  }

  forget(service: string): void {
    this.#published.delete(service)
    this.#numbers.free(service)
    for (const seat of this.#seats) seat.tell({ kind: 'forget', service })
    this.#ledger.forget(service)
  }

  /** As the first thread would choose: each has turns of its own. */
  async explain(service: string, client: Client): Promise<Explanation | undefined> {
    return this.#seats[0]?.explain(service, client)
  }

  async close(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#seats.map(seat => seat.close()))
  }

  async stop(grace: Millis): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.#seats.map(seat => seat.stop(grace)))
  }

  abort(): void {
    for (const seat of this.#seats) seat.abort()
  }

  async stats(): Promise<readonly ServiceStats[]> {
    await Promise.all(this.#seats.map(seat => seat.count()))
    return this.#ledger.total()
  }

  #setup(thread: number, sharing: Sharing): ThreadSetup {
    return {
      thread,
      ...this.#preparation(thread, this.#services, this.#ports, sharing),
      terms: this.#terms,
      published: [...this.#published.values()],
      counts: this.#numbers.counts,
    }
  }

  /** How a thread binds what no thread has bound yet. */
  #sharingOf(thread: number): Sharing {
    if (this.#seats.length === 1) return 'alone'
    return thread === 0 ? 'founds' : 'joins'
  }

  #preparation(thread: number, services: readonly Service[], ports: Ports, sharing: Sharing): Preparation {
    return {
      sharing,
      services: thread === 0 ? services : services.map(withoutUnixListeners),
      places: this.#numbers.places(services),
      listeners: this.#numbers.listeners(services),
      ports,
    }
  }

  #isServed(service: string): boolean {
    return this.#services.some(({ name }) => name === service)
  }

  /** Resolves when every thread serves; rejects with a ThreadStartError when one does not in time. */
  async #allSeated(): Promise<void> {
    const missing = [...this.#replacing.keys()]
    if (missing.length === 0) return
    let timer: Timer | undefined
    const tooLate = new Promise<never>((_resolve, reject) => {
      const error = new ThreadStartError(
        `no data thread ${missing.map(thread => thread + 1).join(', ')} at the moment`,
      )
      timer = this.#tools.clock.after(PATIENCE, () => reject(error))
    })
    try {
      await Promise.race([Promise.all(this.#replacing.values()), tooLate])
    } finally {
      timer?.cancel()
    }
  }

  #tell(thread: number, { sessions, refused, warnings, passive }: Told): void {
    const { observer } = this.#tools
    for (const fact of sessions) observer.session(fact)
    for (const { fact, times } of refused) observer.refused(fact, times)
    for (const { message, fields } of warnings) observer.warning(message, { ...fields, worker: thread + 1 })
    for (const { service, backend, seen } of passive) this.#tools.passive(service, backend, seen)
  }

  #failed(seat: Seat, thread: number, { error, last }: Failure): void {
    const endedAt = this.#tools.clock.now()
    const held = this.#numbers.forget(thread)
    const sessions = last?.sessions ?? held.places
    if (last !== undefined) {
      this.#ledger.take(
        thread,
        last.counted.map(counted => ({ counted, kernelDrops: new Map() })),
      )
    }
    this.#ledger.end(thread, held.sessions)
    this.#portOrder.left(thread)
    this.#tools.observer.workerFailed({ worker: thread + 1, error, sessions })
    const replaced = this.#replace(seat, thread, endedAt).finally(() => this.#replacing.delete(thread))
    this.#replacing.set(thread, replaced)
  }

  async #replace(seat: Seat, thread: number, endedAt: Millis): Promise<void> {
    const { clock, observer } = this.#tools
    let told = ''
    // A bug that every thread meets at once is not to take all the time there is.
    if (endedAt - (this.#boundAt.get(thread) ?? -Infinity) < RETRY) await pause(clock)
    while (!this.#isStopping) {
      try {
        const services = this.#services
        await seat.start(this.#setup(thread, this.#seats.length === 1 ? 'alone' : 'joins'))
        // It began with a configuration that no longer holds.
        if (services !== this.#services) {
          await seat.prepare(this.#preparation(thread, this.#services, this.#ports, 'joins'))
          await seat.commit(this.#terms)
        }
        this.#boundAt.set(thread, clock.now())
        const moved = this.#portOrder.came(thread)
        if (moved !== undefined) this.#seats[moved]?.tell({ kind: 'rebind-udp' })
        observer.workerReplaced({ worker: thread + 1, afterMs: clock.now() - endedAt })
        return
      } catch (error) {
        await seat.end()
        // What it may have counted between its first listener and the last.
        this.#numbers.forget(thread)
        const { message } = error as Error
        if (message !== told) observer.warning(`no data thread yet: ${message}`, { worker: thread + 1 })
        told = message
        await pause(clock)
      }
    }
  }
}

function pause(clock: Clock): Promise<void> {
  return new Promise(resolve => clock.after(RETRY, resolve))
}

/** A unix socket cannot be shared: the first thread has it. */
function withoutUnixListeners(service: Service): Service {
  return { ...service, listeners: service.listeners.filter(({ protocol }) => protocol !== 'unix') }
}
