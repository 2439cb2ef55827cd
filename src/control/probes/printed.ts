import type { Readable } from 'node:stream'

/** More than this of what a command prints is not kept. */
const KEPT = 4096
/** More than this is not read either. */
const READ = 1_048_576
/** The most characters of a line that a reason quotes. */
const QUOTED = 80

/**
 * What a command prints on one of its outputs, of which 1 MiB is read. A command that prints more must wait, which its
 * timeout is for: reading on would cost the process that runs the probes more than the answer is worth. One that could
 * not be started has no output and prints nothing.
 */
export class Printed {
  readonly #output: Readable | null
  #kept = Buffer.alloc(0)
  #left = READ
  #isOver = false

  constructor(output: Readable | null) {
    this.#output = output
    output?.on('data', (chunk: Buffer) => {
      this.#kept = Buffer.concat([this.#kept, chunk.subarray(0, KEPT - this.#kept.length)])
      this.#left -= chunk.length
      if (this.#left <= 0) this.#stop()
    })
  }

  /** The command has exited: what it printed is still read, up to the limit, and the output then closed. */
  end(): void {
    this.#isOver = true
    if (this.#left <= 0) this.#stop()
  }

  /** Closes the output at once. */
  close(): void {
    this.#output?.destroy()
  }

  /** The first line with something on it, cut to what a reason quotes; empty when there is none. */
  get firstLine(): string {
    const lines = this.#kept.toString().split(/[\r\n]+/)
    const line = lines.find(line => line.trim() !== '') ?? ''
    return [...line.replace(/\p{C}+/gu, ' ').trim()].slice(0, QUOTED).join('')
  }

  #stop(): void {
    if (this.#isOver) this.close()
    else this.#output?.pause()
  }
}
