/** A number of sessions that rises and falls, in one thread or in all of them together. */
export interface Count {
  /** How many there are now. */
  readonly value: number
  /** Adds one if there are still `seen`; false when another thread was quicker, and nothing has changed. */
  addTo(seen: number): boolean
  /** Takes one away that this thread added. */
  subtract(): void
}

/** Adds one unless there are `limit` already; returns whether it did. */
export function addBelow(count: Count, limit: number): boolean {
  for (;;) {
    const seen = count.value
    if (seen >= limit) return false
    if (count.addTo(seen)) return true
  }
}

/** A count of one thread. */
export class LocalCount implements Count {
  #value = 0

  get value(): number {
    return this.#value
  }

  addTo(): true {
    this.#value++
    return true
  }

  subtract(): void {
    this.#value--
  }
}

/**
 * Counts that several threads share, by number. Each thread also keeps its own part of every count, so that what a
 * thread held when it failed can be taken back.
 */
export class SharedCounts {
  readonly #cells: Int32Array
  readonly #size: number

  /** @param memory of {@link memoryFor}; the same in all threads @param size as given there */
  constructor(memory: SharedArrayBuffer, size: number) {
    this.#cells = new Int32Array(memory)
    this.#size = size
  }

  /** Memory for the counts 0 to `size - 1` of `threads` threads, all of them 0. */
  static memoryFor(size: number, threads: number): SharedArrayBuffer {
    return new SharedArrayBuffer(size * (1 + threads) * Int32Array.BYTES_PER_ELEMENT)
  }

  /** One count as a thread uses it; its part is written to by that thread alone. */
  of(index: number, thread: number): Count {
    return new SharedCount(this.#cells, index, this.#part(thread) + index)
  }

  /** One count, of all threads together. */
  value(index: number): number {
    return Atomics.load(this.#cells, index)
  }

  /** Takes away what a thread that has ended still held of a count; returns how much that was. */
  forget(index: number, thread: number): number {
    const held = Atomics.exchange(this.#cells, this.#part(thread) + index, 0)
    Atomics.sub(this.#cells, index, held)
    return held
  }

  #part(thread: number): number {
    return this.#size * (1 + thread)
  }
}

class SharedCount implements Count {
  readonly #cells: Int32Array
  readonly #total: number
  readonly #own: number

  constructor(cells: Int32Array, total: number, own: number) {
    this.#cells = cells
    this.#total = total
    this.#own = own
  }

  get value(): number {
    return Atomics.load(this.#cells, this.#total)
  }

  addTo(seen: number): boolean {
    if (Atomics.compareExchange(this.#cells, this.#total, seen, seen + 1) !== seen) return false
    Atomics.add(this.#cells, this.#own, 1)
    return true
  }

  subtract(): void {
    Atomics.sub(this.#cells, this.#own, 1)
    Atomics.sub(this.#cells, this.#total, 1)
  }
}
