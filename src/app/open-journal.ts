import { systemClock, wallTime, type Millis } from '../clock.js'
import { openJournalFile } from '../observe/journal-file.js'
import { Journal } from '../observe/journal.js'
import { cannotOpen } from './start-error.js'

/** How long the last entries may take. */
const LAST_ENTRIES: Millis = 100

/** The events that are remembered, in memory and perhaps on disk. */
export interface OpenJournal {
  readonly journal: Journal
  /** Entries that the file lost since the start. */
  readonly linesDropped: () => number
  /** Writes what is left, and closes the file. */
  readonly close: () => Promise<void>
}

/** Tells that something is wrong although the process goes on. */
export type Warn = (message: string) => void

/**
 * A journal that remembers in memory, and in the file where there is one: then it begins with what earlier runs left
 * there. Rejects with a StartError when the file cannot be written.
 *
 * @param path of the setting that names the file
 */
export async function openJournal(file: string | undefined, path: string, warn: Warn): Promise<OpenJournal> {
  const listenerFailed = (error: unknown): void => warn(`a reader of events failed: ${String(error)}`)
  if (file === undefined) {
    const journal = new Journal({ wallTime, listenerFailed })
    return { journal, linesDropped: () => 0, close: () => Promise.resolve() }
  }
  const losing = (code: string): void => warn(`the journal ${file} loses entries: ${code}`)
  const cannotRotate = (code: string): void =>
    warn(`the journal ${file} cannot be rotated and grows on: ${code}`)
  const options = { path: file, clock: systemClock, losing, cannotRotate }
  const opened = await openJournalFile(options).catch((error: unknown) => {
    throw cannotOpen(`${path} ${file}`, (error as NodeJS.ErrnoException).code ?? String(error), error)
  })
  const journal = new Journal({ wallTime, listenerFailed, before: opened.before })
  journal.subscribe(entry => opened.write(entry))
  return {
    journal,
    linesDropped: () => opened.linesDropped,
    close: () => opened.close(systemClock.now() + LAST_ENTRIES),
  }
}
