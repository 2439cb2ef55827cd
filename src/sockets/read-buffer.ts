/** As much as is read at once. */
const SIZE = 64 * 1024
/** A chunk from this size on gets memory of its own. */
const BULK = 16 * 1024
/** How many views of a buffer are kept: few lengths come again and again, and a new view costs more than a copy. */
const VIEWS = 64

/** The beginnings of a buffer. */
class Beginnings {
  readonly buffer: Buffer
  readonly #views: Buffer[] = []

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafeSlow(size)
    // Filled, so that it has no holes.
    for (let index = 0; index < VIEWS; index++) this.#views.push(this.buffer)
  }

  first(length: number): Buffer {
    const known = this.#views[length % VIEWS]
    return known?.length === length ? known : (this.#views[length % VIEWS] = this.buffer.subarray(0, length))
  }
}

/** Read into by all sockets of a thread in turn; never handed on, since the next read overwrites it. */
const shared = new Beginnings(SIZE)
/** Small chunks are handed on in this one, until one of them stays. */
let outgoing = new Beginnings(BULK)

/**
 * Where a socket reads to. What is read goes through one buffer for all sockets, so an idle socket has none. A socket that
 * fills it has more to read: it gets a buffer of its own, which needs no copying, and keeps it for as long as it fills that.
 */
export class ReadBuffer {
  /** Where the next read goes. */
  next = shared.buffer

  /** What the last read brought. It is overwritten later, unless {@link keep} is called before that. */
  chunk(length: number): Buffer {
    const read = this.next
    if (read !== shared.buffer) {
      if (length < SIZE) this.next = shared.buffer
      return read.subarray(0, length)
    }
    if (length < BULK) {
      const chunk = outgoing.first(length)
      chunk.set(shared.first(length))
      return chunk
    }
    const chunk = Buffer.allocUnsafeSlow(length)
    chunk.set(shared.first(length))
    if (length === SIZE) this.next = chunk
    return chunk
  }

  /**
   * The chunk that was given last is still needed.
   * @param isRead whether the socket is read from before that is over
   */
  keep(chunk: Buffer, isRead: boolean): void {
    if (chunk.buffer === outgoing.buffer.buffer) outgoing = new Beginnings(BULK)
    else if (isRead) this.next = shared.buffer
  }
}
