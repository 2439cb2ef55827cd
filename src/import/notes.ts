import { quote } from '../config/config-error.js'
import { ImportError } from './import-error.js'

/** More notes than these are counted and not shown. */
const MOST_SHOWN = 1000

const LONGEST_SUBJECT = 80
const LONGEST_TEXT = 300

/** Nobody means more of these in one file, and ranges make many of few words. */
const MOST_MADE = 10_000

interface Note {
  /** Counted from 1; undefined when the place is not known. */
  readonly line: number | undefined
  readonly text: string
}

/** What could not be carried over, and why or what to do. Saying a thing twice of a line is saying it once. */
export class Notes {
  readonly #file: string
  readonly #notes: Note[] = []
  readonly #seen = new Set<string>()
  readonly #made = { listeners: 0, servers: 0, services: 0 }
  #unshown = 0

  /** @param file the name of the file, which each line begins with */
  constructor(file: string) {
    this.#file = file.replace(/[\p{C}\u2028\u2029]/gu, '?')
  }

  /** @param subject what of the line is meant, such as `option tcplog` */
  add(line: number | undefined, subject: string, text: string): void {
    const note = { line, text: `${printable(subject, LONGEST_SUBJECT)}: ${printable(text, LONGEST_TEXT)}` }
    const key = `${line} ${note.text}`
    if (this.#seen.has(key)) return
    if (this.#notes.length === MOST_SHOWN) {
      this.#unshown++
      return
    }
    this.#seen.add(key)
    this.#notes.push(note)
  }

  /** The notes as `haproxy.cfg:12: option tcplog: …`, by their lines. */
  lines(): readonly string[] {
    const byLine = [...this.#notes].sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
    const shown = byLine.map(({ line, text }) => `${this.#place(line)}: ${text}`)
    return this.#unshown === 0 ? shown : [...shown, `${this.#file}: and ${this.#unshown} notes more`]
  }

  /** Counts what was made of a line. Throws an ImportError when it is more than a file can mean. */
  made(what: 'listeners' | 'servers' | 'services', count: number, line: number | undefined): void {
    this.#made[what] += count
    if (this.#made[what] > MOST_MADE) throw this.unreadable(line, `more than ${MOST_MADE} ${what}`)
  }

  /** The error of a file that cannot be read as its format. */
  unreadable(line: number | undefined, problem: string): ImportError {
    return new ImportError(`${this.#place(line)}: ${printable(problem, LONGEST_TEXT)}`)
  }

  #place(line: number | undefined): string {
    return line === undefined ? this.#file : `${this.#file}:${line}`
  }
}

/** The text on one line, cut, and without anything a terminal would obey. */
function printable(text: string, longest: number): string {
  const quoted = quote(text.length > longest ? `${text.slice(0, longest)}…` : text)
  return quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\')
}
