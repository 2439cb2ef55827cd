import { closeSync, constants, fstatSync, openSync, write } from 'node:fs'
import { isatty } from 'node:tty'

/** What became of one write: how many bytes were taken, none for now, or none with the system's error code. */
export type Written =
  | { readonly kind: 'some'; readonly bytes: number }
  | { readonly kind: 'full' }
  | { readonly kind: 'failed'; readonly code: string }

/** Takes bytes as far as it can without waiting. */
export interface Output {
  /** Writes a first part of `bytes` and tells how much, exactly once and never before it returned. One call at a time. */
  write(bytes: Uint8Array, done: (written: Written) => void): void
}

const STDOUT = 1

/**
 * The standard output of this process as an output that neither blocks a thread nor ends the process.
 * `process.stdout` does not qualify: it writes synchronously to files and terminals and buffers without bound before pipes.
 */
export function openStdout(): Output {
  const stdout = fstatSync(STDOUT)
  if (stdout.isFIFO() || isatty(STDOUT)) return new ReopenedOutput(STDOUT, setNonBlocking)
  if (stdout.isSocket()) setNonBlocking()
  return { write: (bytes, done) => writeTo(STDOUT, bytes, done) }
}

/** The runtime makes a pipe or socket non-blocking when it first opens its stream, and undoes it when the process exits. */
function setNonBlocking(): void {
  void process.stdout
}

/**
 * A pipe or terminal through an open file description of our own: it can be non-blocking without changing that for
 * whoever shares the original, and no thread of the pool ever hangs in write(2), which would also hang the exit.
 */
export class ReopenedOutput implements Output {
  readonly #original: number
  readonly #fallBack: () => void
  #descriptor: number | undefined

  /** @param original stays open and belongs to the caller @param fallBack called once when `original` itself must do */
  constructor(original: number, fallBack: () => void) {
    this.#original = original
    this.#fallBack = fallBack
  }

  write(bytes: Uint8Array, done: (written: Written) => void): void {
    const opened = (this.#descriptor ??= this.#open())
    if (opened === undefined) queueMicrotask(() => done({ kind: 'failed', code: 'EPIPE' }))
    else writeTo(opened, bytes, done)
  }

  /** Closes what was opened here. */
  close(): void {
    if (this.#descriptor !== undefined && this.#descriptor !== this.#original) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  /** undefined = nobody has the pipe open for reading now; a named one may find a reader later. */
  #open(): number | undefined {
    const { O_WRONLY, O_NONBLOCK, O_APPEND, O_NOCTTY } = constants
    try {
      return openSync(`/proc/self/fd/${this.#original}`, O_WRONLY | O_NONBLOCK | O_APPEND | O_NOCTTY)
    } catch (error) {
      if (codeOf(error) === 'ENXIO') return undefined
      this.#fallBack()
      return this.#original
    }
  }
}

/** Writes to a descriptor as {@link Output.write} does. */
export function writeTo(descriptor: number, bytes: Uint8Array, done: (written: Written) => void): void {
  write(descriptor, bytes, 0, bytes.length, null, (error, count) => {
    if (error !== null) {
      done(error.code === 'EAGAIN' ? { kind: 'full' } : { kind: 'failed', code: codeOf(error) })
    } else {
      done(count === 0 ? { kind: 'full' } : { kind: 'some', bytes: count })
    }
  })
}

/** The code of a system error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO'
}
