import type { BackendName } from '../../../core/backend.js'
import { SharedCounts, type Count } from '../../../core/count.js'
import type { Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { ServiceCounts } from '../service-path.js'
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
  #used = 0

  constructor(threads: number) {
    this.#memory = SharedCounts.memoryFor(SIZE, threads)
  }

  /** What a thread needs to know of the counts before any snapshot. */
  setup(services: readonly Service[]): Pick<ThreadSetup, 'counts' | 'places'> {
    const places = services.map(
      ({ name }) => [name, { tcp: this.#of(this.#tcp, name), udp: this.#of(this.#udp, name) }] as const,
    )
    return { counts: { memory: this.#memory, size: SIZE }, places: new Map(places) }
  }

  /** A snapshot with the numbers of its backends. */
  number(service: string, snapshot: Snapshot): Published {
    const numbers = ofService(this.#backends, service)
    const counts = snapshot.backends.map(({ backend }) => this.#of(numbers, backend.name))
    return { service, snapshot, counts }
  }

  /** Takes away what a thread that has ended still held, and tells how much that was. */
  forget(thread: number): Held {
    const shared = new SharedCounts(this.#memory, SIZE)
    const held = (numbers: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
      new Map([...numbers].map(([name, number]) => [name, shared.forget(number, thread)]))
    const places = [held(this.#tcp), held(this.#udp)].flatMap(ofServices => [...ofServices.values()])
    return {
      places: places.reduce((sum, taken) => sum + taken, 0),
      sessions: new Map([...this.#backends].map(([service, numbers]) => [service, held(numbers)])),
    }
  }

  #of(numbers: Map<string, number>, name: string): number {
    const known = numbers.get(name)
    if (known !== undefined) return known
    if (this.#used === SIZE) throw new Error(`more than ${SIZE} counts`)
    numbers.set(name, this.#used)
    return this.#used++
  }
}

/** A data thread's side of them. */
export class CountsOfThread {
  readonly #shared: SharedCounts
  readonly #thread: number
  readonly #places: ThreadSetup['places']
  readonly #backends = new Map<string, Map<BackendName, number>>()

  constructor({ counts, places, thread }: Pick<ThreadSetup, 'counts' | 'places' | 'thread'>) {
    this.#shared = new SharedCounts(counts.memory, counts.size)
    this.#thread = thread
    this.#places = places
  }

  /** The numbers of a snapshot's backends, in their order; to be told before the snapshot is used. */
  learn(service: string, { backends }: Snapshot, numbers: readonly number[]): void {
    const known = ofService(this.#backends, service)
    for (const [index, { backend }] of backends.entries()) known.set(backend.name, numbers[index] ?? NaN)
  }

  of(service: string): ServiceCounts {
    const places = this.#places.get(service)
    const known = ofService(this.#backends, service)
    return {
      places: { tcp: this.#count(places?.tcp), udp: this.#count(places?.udp) },
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
