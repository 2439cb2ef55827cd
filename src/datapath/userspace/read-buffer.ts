/** As much as is read at once. */
const SIZE = 64 * 1024
/** A chunk from this size on means bulk: copying it each time would cost more than a buffer of its own. */
const BULK = 16 * 1024

/** Read into by all sockets of a thread in turn; never handed on, since the next read overwrites it. */
const shared = Buffer.allocUnsafeSlow(SIZE)
/** Small chunks are handed on in this one, until one of them stays. */
let outgoing = Buffer.allocUnsafeSlow(BULK)

/**
 * Where a socket reads to. Small chunks go through one buffer for all sockets, so an idle socket has none. A socket that
 * moves bulk gets a buffer of its own, and keeps it for as long as it does.
 */
export class ReadBuffer {
  /** Where the next read goes. */
  next = shared

  /** What the last read brought. It is overwritten later, unless {@link keep} is called before that. */
  chunk(length: number): Buffer {
    const read = this.next
    if (read === shared) {
      const to = length < BULK ? outgoing : (this.next = Buffer.allocUnsafeSlow(SIZE))
      shared.copy(to, 0, 0, length)
      return to.subarray(0, length)
    }
    if (length < BULK) this.next = shared
    return read.subarray(0, length)
  }

  /**
   * The chunk that was given last is still needed.
   * @param isRead whether the socket is read from before that is over
   */
  keep(chunk: Buffer, isRead: boolean): void {
    if (chunk.buffer === outgoing.buffer) outgoing = Buffer.allocUnsafeSlow(BULK)
    else if (isRead) this.next = shared
  }
}
