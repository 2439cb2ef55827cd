import type { OnReadOpts } from 'node:net'

/** As much as Node reads at once. */
const SIZE = 64 * 1024
/** A chunk from this size on means bulk: copying it would cost more than a buffer of its own. */
const BULK = 16 * 1024

/** Read into by all sockets of a thread in turn; never handed on, since the next read overwrites it. */
const shared = Buffer.allocUnsafeSlow(SIZE)

/**
 * Where a socket reads to. Small chunks go through one buffer for all sockets and are copied out of it, which is
 * cheaper than the fresh 64 KiB that Node would take for each. A socket that moves bulk gets a buffer of its own, used
 * again for as long as what was read from it has left for the kernel.
 *
 * @param received called with each chunk, which it may keep; returns whether the chunk has left already
 */
export function readBuffer(received: (chunk: Buffer) => boolean): OnReadOpts {
  let current = shared
  return {
    buffer: () => current,
    callback(length) {
      if (current === shared) {
        received(Buffer.from(shared.subarray(0, length)))
        if (length >= BULK) current = Buffer.allocUnsafeSlow(SIZE)
        return true
      }
      const hasLeft = received(current.subarray(0, length))
      if (length < BULK) current = shared
      else if (!hasLeft) current = Buffer.allocUnsafeSlow(SIZE)
      return true
    },
  }
}
