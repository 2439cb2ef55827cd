import { constants, type BigIntStats } from 'node:fs'
import { open, rename, stat, type FileHandle } from 'node:fs/promises'
import { codeOf, writeTo, type Output, type Written } from './output.js'

export interface RotatingFileOptions {
  readonly path: string
  /** Bytes after which it becomes `path.1`, what was that `path.2`, and so on. */
  readonly mostBytes: number
  /** How many of those are kept. */
  readonly kept: number
  /** Told once why it cannot be rotated: the code of the system's error. It goes on to grow then. */
  readonly cannotRotate: (code: string) => void
}

const NEWLINE = 10

/**
 * A file that lines are appended to. It is rotated when it is full, and opened anew when somebody else moved it away,
 * both between two lines. What is no regular file, such as a pipe, is only written to.
 */
export class RotatingFile implements Output {
  readonly #options: RotatingFileOptions
  #file: FileHandle | undefined
  #size = 0
  #isRegular = true
  #isAtLineStart = true
  #cannotRotate = false

  constructor(options: RotatingFileOptions) {
    this.#options = options
  }

  /** Opens the file, which is made where it is missing; rejects with the system's error. */
  async open(): Promise<void> {
    const { path } = this.#options
    const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = constants
    const flags = O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK
    // Reading is for the end of the last line alone; a pipe opened for both would be its own reader.
    const isPipe = (await stat(path).catch(() => undefined))?.isFIFO() ?? false
    const file = await open(path, flags | (isPipe ? O_WRONLY : O_RDWR), 0o640)
    const found = await file.stat()
    this.#file = file
    this.#isRegular = found.isFile()
    this.#size = found.size
    // A process that was killed may have left the half of a line.
    if (this.#isRegular && !(await endsLine(file, found.size)))
      this.#size += (await file.write('\n')).bytesWritten
  }

  write(bytes: Uint8Array, done: (written: Written) => void): void {
    this.#prepare(bytes.length).then(
      ({ fd }) =>
        writeTo(fd, bytes, written => {
          if (written.kind === 'some') {
            this.#size += written.bytes
            this.#isAtLineStart = bytes[written.bytes - 1] === NEWLINE
          }
          done(written)
        }),
      (error: unknown) => done({ kind: 'failed', code: codeOf(error) }),
    )
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /** The file that takes the next bytes. */
  async #prepare(bytes: number): Promise<FileHandle> {
    if (this.#file !== undefined && this.#isAtLineStart && this.#isRegular) {
      if (await this.#wasMoved(this.#file)) await this.close()
      else if (this.#size > 0 && this.#size + bytes > this.#options.mostBytes) await this.#rotate()
    }
    if (this.#file === undefined) await this.open()
    if (this.#file === undefined) throw new Error('closed')
    return this.#file
  }

  async #wasMoved(file: FileHandle): Promise<boolean> {
    const there = await stat(this.#options.path, { bigint: true }).catch(() => undefined)
    const ours = await file.stat({ bigint: true })
    // Somebody who copies it away and cuts it off starts it anew as well.
    this.#size = Number(ours.size)
    return there === undefined || !isSame(there, ours)
  }

  /** Where the directory does not let us, the file goes on to grow: better than to lose what happens. */
  async #rotate(): Promise<void> {
    if (this.#cannotRotate) return
    try {
      await this.#shift()
    } catch (error) {
      this.#cannotRotate = true
      this.#options.cannotRotate(codeOf(error))
      return
    }
    await this.close()
  }

  async #shift(): Promise<void> {
    const { path, kept } = this.#options
    for (let number = kept - 1; number >= 0; number--) {
      const from = number === 0 ? path : `${path}.${number}`
      await rename(from, `${path}.${number + 1}`).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
    }
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}

async function endsLine(file: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: size - 1 })
  return buffer[0] === NEWLINE
}
