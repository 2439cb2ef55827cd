import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { JournalEntry } from '../api/views.js'
import type { Clock, Millis } from '../clock.js'
import type { Output } from './output.js'
import { RotatingFile } from './rotating-file.js'
import { LineSink } from './sink.js'

export interface JournalFileOptions {
  readonly path: string
  readonly clock: Clock
  /** Told once why lines are lost: the code of the system's error. */
  readonly losing: (code: string) => void
  /** Told once why the file grows on instead of being rotated: the code of the system's error. */
  readonly cannotRotate: (code: string) => void
  /** When the file is rotated. */
  readonly mostBytes?: number
}

/** The journal on disk: an entry is a line. It never blocks, and what finds no room is dropped and counted. */
export interface JournalFile {
  /** What earlier runs left at its end, with rising ids. */
  readonly before: readonly JournalEntry[]
  write(entry: JournalEntry): void
  readonly linesDropped: number
  /** Writes what waits until the clock reaches `deadline`, and closes the file. Once, at the end. */
  close(deadline: Millis): Promise<void>
}

const MOST_BYTES = 10 * 1024 * 1024
const KEPT = 5
/** How much of the end of an old journal is read. */
const MOST_READ = 4 * 1024 * 1024

/** Opens the journal at a path; rejects with the system's error when it cannot be written. */
export async function openJournalFile(options: JournalFileOptions): Promise<JournalFile> {
  const { path, clock, losing, cannotRotate, mostBytes = MOST_BYTES } = options
  const file = new RotatingFile({ path, mostBytes, kept: KEPT, cannotRotate })
  await file.open()
  const before = await readEntries(path)
  const sink = new LineSink(tellingFailure(file, losing), clock)
  return {
    before,
    write: entry => sink.write(`${JSON.stringify(entry)}\n`),
    get linesDropped() {
      return sink.linesDropped
    },
    close: async deadline => {
      await sink.flush(deadline)
      await file.close()
    },
  }
}

/** The output that tells of its first failure. */
function tellingFailure(output: Output, losing: (code: string) => void): Output {
  let told = false
  return {
    write: (bytes, done) =>
      output.write(bytes, written => {
        if (written.kind === 'failed' && !told) {
          told = true
          losing(written.code)
        }
        done(written)
      }),
  }
}

/** The entries at the end of the journal, and of the one before it as far as there is room. */
async function readEntries(path: string): Promise<readonly JournalEntry[]> {
  const last = await readEnd(path, MOST_READ)
  const text = (await readEnd(`${path}.1`, MOST_READ - last.length)) + last
  const entries: JournalEntry[] = []
  for (const line of text.split('\n')) {
    const entry = readEntry(line)
    if (entry !== undefined && entry.id > (entries.at(-1)?.id ?? 0)) entries.push(entry)
  }
  return entries
}

/** The last whole lines of a regular file, at most so many bytes; nothing where it cannot be read. */
async function readEnd(path: string, most: number): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const found = await file.stat()
      const start = Math.max(0, found.size - most)
      if (!found.isFile() || most <= 0) return ''
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(found.size - start),
        position: start,
      })
      const text = buffer.toString('utf8', 0, bytesRead)
      return start === 0 ? text : text.slice(text.indexOf('\n') + 1)
    } finally {
      await file.close()
    }
  } catch {
    // There is none, or what happened before is worth less than what is to come.
    return ''
  }
}

/** undefined = the line is no entry. */
function readEntry(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry> | null
    const { id, time, level, event, msg } = entry ?? {}
    const isEntry =
      Number.isSafeInteger(id) &&
      [time, level, event, msg].every(field => typeof field === 'string') &&
      !Number.isNaN(Date.parse(time ?? ''))
    return isEntry ? (entry as JournalEntry) : undefined
  } catch {
    return undefined
  }
}
