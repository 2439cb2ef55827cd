import type { BackendName } from '../../../core/backend.js'
import { SharedCounts, type Count } from '../../../core/count.js'
import type { Service } from '../../../core/service.js'
import type { Snapshot } from '../../../core/snapshot.js'
import type { ServiceCounts } from '../service-path.js'
import type { Published, ThreadSetup } from './messages.js'

/** More than there are backends: memory that is not used costs nothing. */
const SIZE = 65_536

/** The main thread's side of the counts that data threads share: it decides what each number stands for. */
export class CountNumbers {
  readonly #memory: SharedArrayBuffer
  readonly #numbers = new Map<string, Map<string, number>>()
  #used = 0

  constructor(threads: number) {
    this.#memory = SharedCounts.memoryFor(SIZE, threads)
  }

  /** What a thread needs to know of the counts before any snapshot. */
  setup(services: readonly Service[]): Pick<ThreadSetup, 'counts' | 'places'> {
    const places = services.map(
      ({ name }) => [name, { tcp: this.#of('tcp', name), udp: this.#of('udp', name) }] as const,
    )
    return { counts: { memory: this.#memory, size: SIZE }, places: new Map(places) }
  }

  /** A snapshot with the numbers of its backends. */
  number(service: string, snapshot: Snapshot): Published {
    const counts = snapshot.backends.map(({ backend }) => this.#of(`backends of ${service}`, backend.name))
    return { service, snapshot, counts }
  }

  /** Takes away what a thread that has ended still held. */
  forget(thread: number): void {
    new SharedCounts(this.#memory, SIZE).forget(thread)
  }

  #of(kind: string, name: string): number {
    const numbers = this.#numbers.get(kind) ?? new Map<string, number>()
    this.#numbers.set(kind, numbers)
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
    const known = this.#ofService(service)
    for (const [index, { backend }] of backends.entries()) known.set(backend.name, numbers[index] ?? NaN)
  }

  of(service: string): ServiceCounts {
    const places = this.#places.get(service)
    const known = this.#ofService(service)
    return {
      places: { tcp: this.#count(places?.tcp), udp: this.#count(places?.udp) },
      ofBackend: name => this.#count(known.get(name)),
    }
  }

  #ofService(service: string): Map<BackendName, number> {
    const known = this.#backends.get(service) ?? new Map<BackendName, number>()
    this.#backends.set(service, known)
    return known
  }

  #count(number = NaN): Count {
    if (Number.isNaN(number)) throw new Error('a count that has no number')
    return this.#shared.of(number, this.#thread)
  }
}
