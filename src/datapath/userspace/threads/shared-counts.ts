import type { BackendName } from '../../../core/backend.js'
import { SharedCounts, type Count } from '../../../core/count.js'
import { placesOf, type Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { Counts, ServiceCounts } from '../service-path.js'
import type { Published, ThreadSetup } from './messages.js'

/** More than there are backends: memory that is not used costs nothing. */
const SIZE = 65_536

/** What a thread held when it ended. */
export interface Held {
  /** Places of all services. */
  readonly places: number
  /** Sessions of both protocols, connects under way included, by service and backend. */
  readonly sessions: ReadonlyMap<string, ReadonlyMap<BackendName, number>>
}

/** The main thread's side of the counts that data threads share: it decides what each number stands for. */
export class CountNumbers {
  readonly #memory: SharedArrayBuffer
  /** Of the places of each service, and of the sessions of each backend of it. */
  readonly #tcp = new Map<string, number>()
  readonly #udp = new Map<string, number>()
  readonly #backends = new Map<string, Map<BackendName, number>>()
  /** Of the sessions of each UDP listener, by its place. Kept, since a place may come back while it has sessions. */
  readonly #listeners = new Map<string, number>()
  readonly #all: ThreadSetup['counts']['all']
  readonly #shared: SharedCounts
  #used = 0
  /** Numbers that stood for what is gone. One is used again when nothing is counted by it any more. */
  readonly #freed = new Set<number>()

  constructor(threads: number) {
    this.#memory = SharedCounts.memoryFor(SIZE, threads)
    this.#shared = new SharedCounts(this.#memory, SIZE)
    this.#all = { tcp: this.#unused(), udp: this.#unused() }
  }

  /** The memory, as a thread needs to know it. */
  get counts(): ThreadSetup['counts'] {
    return { memory: this.#memory, size: SIZE, all: this.#all }
  }

  /** The numbers of the UDP listeners of services. */
  listeners(services: readonly Service[]): ThreadSetup['listeners'] {
    const places = services.flatMap(service =>
      placesOf(service).filter((_, index) => service.listeners[index]?.protocol === 'udp'),
    )
    return new Map(places.map(place => [place, this.#of(this.#listeners, place)]))
  }

  /** The numbers of the places of services. */
  places(services: readonly Service[]): ThreadSetup['places'] {
    return new Map(
      services.map(({ name }) => [name, { tcp: this.#of(this.#tcp, name), udp: this.#of(this.#udp, name) }]),
    )
  }

  /** A snapshot with the numbers of its backends; those of others of the service are free again. */
  number(service: string, snapshot: Snapshot): Published {
    const numbers = ofService(this.#backends, service)
    const names = new Set(snapshot.backends.map(({ backend }) => backend.name))
    for (const [name, number] of numbers) {
      if (names.has(name)) continue
      numbers.delete(name)
      this.#freed.add(number)
    }
    const counts = snapshot.backends.map(({ backend }) => this.#of(numbers, backend.name))
    return { service, snapshot, counts }
  }

  /** Sessions of a backend in all threads. */
  held(service: string, backend: BackendName): number {
    const number = this.#backends.get(service)?.get(backend)
    return number === undefined ? 0 : this.#shared.value(number)
  }

  /** The numbers of a service that is gone are free again. */
  free(service: string): void {
    const places = [this.#tcp.get(service), this.#udp.get(service)].filter(number => number !== undefined)
    for (const number of [...places, ...(this.#backends.get(service)?.values() ?? [])])
      this.#freed.add(number)
    this.#tcp.delete(service)
    this.#udp.delete(service)
    this.#backends.delete(service)
  }

  /** Takes away what a thread that has ended still held, and tells how much that was. */
  forget(thread: number): Held {
    const held = (numbers: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
      new Map([...numbers].map(([name, number]) => [name, this.#shared.forget(number, thread)]))
    const others = [...this.#freed, ...this.#listeners.values(), ...Object.values(this.#all)]
    for (const number of others) this.#shared.forget(number, thread)
    const places = [held(this.#tcp), held(this.#udp)].flatMap(ofServices => [...ofServices.values()])
    return {
      places: places.reduce((sum, taken) => sum + taken, 0),
      sessions: new Map([...this.#backends].map(([service, numbers]) => [service, held(numbers)])),
    }
  }

  #of(numbers: Map<string, number>, name: string): number {
    const known = numbers.get(name)
    if (known !== undefined) return known
    const number = this.#unused()
    numbers.set(name, number)
    return number
  }

  #unused(): number {
    for (const number of this.#freed) {
      if (this.#shared.value(number) > 0) continue
      this.#freed.delete(number)
      return number
    }
    if (this.#used === SIZE) throw new Error(`more than ${SIZE} counts`)
    return this.#used++
  }
}

/** A data thread's side of them. */
export class CountsOfThread implements Counts {
  readonly #shared: SharedCounts
  readonly #thread: number
  readonly #places = new Map<string, { readonly tcp: number; readonly udp: number }>()
  readonly #listeners = new Map<string, number>()
  readonly #all: ThreadSetup['counts']['all']
  readonly #backends = new Map<string, Map<BackendName, number>>()

  constructor({ counts, thread }: Pick<ThreadSetup, 'counts' | 'thread'>) {
    this.#shared = new SharedCounts(counts.memory, counts.size)
    this.#thread = thread
    this.#all = counts.all
  }

  /** The numbers of services' places and listeners; to be told before the services are used. */
  place({ places, listeners }: Pick<ThreadSetup, 'places' | 'listeners'>): void {
    for (const [service, numbers] of places) this.#places.set(service, numbers)
    for (const [place, number] of listeners) this.#listeners.set(place, number)
  }

  /** A service that is gone. */
  forget(service: string): void {
    this.#places.delete(service)
    this.#backends.delete(service)
  }

  /** The numbers of a snapshot's backends, in their order; to be told before the snapshot is used. */
  learn(service: string, { backends }: Snapshot, numbers: readonly number[]): void {
    const known = ofService(this.#backends, service)
    known.clear()
    for (const [index, { backend }] of backends.entries()) known.set(backend.name, numbers[index] ?? NaN)
  }

  ofListener(place: string): Count {
    return this.#count(this.#listeners.get(place))
  }

  ofService(service: string): ServiceCounts {
    const places = this.#places.get(service)
    const known = ofService(this.#backends, service)
    return {
      places: { tcp: this.#count(places?.tcp), udp: this.#count(places?.udp) },
      all: { tcp: this.#count(this.#all.tcp), udp: this.#count(this.#all.udp) },
      ofBackend: name => this.#count(known.get(name)),
    }
  }

  #count(number = NaN): Count {
    if (Number.isNaN(number)) throw new Error('a count that has no number')
    return this.#shared.of(number, this.#thread)
  }
}

function ofService(
  backends: Map<string, Map<BackendName, number>>,
  service: string,
): Map<BackendName, number> {
  const known = backends.get(service) ?? new Map<BackendName, number>()
  backends.set(service, known)
  return known
}
