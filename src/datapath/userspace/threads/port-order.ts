/**
 * The order of the threads' sockets at a shared port. The kernel gives a UDP client to the socket at the place that its
 * addresses hash to (Linux, net/core/sock_reuseport.c). When a socket leaves, the last one takes its place, and one that
 * comes is the last: without more ado a replacement gets the clients of another thread, whose sessions it does not have.
 * If the thread that was moved leaves and comes again, all are where they were.
 */
export class PortOrder {
  readonly #wanted: readonly number[]
  #actual: readonly number[]

  /** @param threads their order when each has bound the port once */
  constructor(threads: readonly number[]) {
    this.#wanted = threads
    this.#actual = threads
  }

  left(thread: number): void {
    this.#actual = without(this.#actual, thread)
  }

  /** A thread has bound the port again. Returns the one that is to do the same, which restores the order. */
  came(thread: number): number | undefined {
    this.#actual = [...this.#actual, thread]
    const moved = this.#actual.find((other, place) => other !== this.#wanted[place])
    if (moved === undefined) return undefined
    const restored = [...without(this.#actual, moved), moved]
    if (restored.some((other, place) => other !== this.#wanted[place])) return undefined
    this.#actual = restored
    return moved
  }
}

function without(threads: readonly number[], thread: number): readonly number[] {
  const last = threads.at(-1) ?? thread
  return threads.slice(0, -1).map(other => (other === thread ? last : other))
}
