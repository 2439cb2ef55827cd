import type { Notes } from '../notes.js'
import { asTable, type Document, type Table } from './document.js'

/** One table of the file, which tells of keys by their paths. */
export class Keys {
  readonly table: Table
  readonly #path: readonly string[]
  readonly #document: Document
  readonly #notes: Notes

  /** @param path of the table in the document; what is not there, or is no table, is an empty one */
  constructor(document: Document, path: readonly string[], notes: Notes) {
    let table: Table | undefined = document.root
    for (const key of path)
      table = table !== undefined && Object.hasOwn(table, key) ? asTable(table[key]) : undefined
    this.table = table ?? {}
    this.#path = path
    this.#document = document
    this.#notes = notes
  }

  /** The line of a key; of the table itself without one. */
  line(key?: string): number | undefined {
    const { lineOf } = this.#document
    return (key === undefined ? undefined : lineOf([...this.#path, key])) ?? lineOf(this.#path)
  }

  /** Tells why a key is not carried over. */
  tell(key: string | undefined, text: string): void {
    const path = key === undefined ? this.#path : [...this.#path, key]
    this.#notes.add(this.line(key), path.join('.'), text)
  }

  /** The table inside of this one. */
  inside(key: string): Keys {
    return new Keys(this.#document, [...this.#path, key], this.#notes)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.table, key)
  }

  /** The text of a key; '' is as good as none. */
  text(key: string): string | undefined {
    const value = this.has(key) ? this.table[key] : undefined
    if (value !== undefined && typeof value !== 'string') this.tell(key, 'not a text')
    return typeof value === 'string' && value !== '' ? value : undefined
  }

  /** The whole number of a key. */
  number(key: string): number | undefined {
    const value = this.has(key) ? this.table[key] : undefined
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value
    this.tell(key, 'not a whole number from 0')
    return undefined
  }

  /** The duration of a key in milliseconds, as Go writes them: `1h30m`, `0.5s`, `0`. */
  duration(key: string): number | undefined {
    const text = this.text(key)
    const millis = text === undefined ? undefined : readDuration(text)
    if (text !== undefined && millis === undefined) this.tell(key, 'not a duration')
    return millis
  }

  /** Tells of the keys that are not among the known ones. */
  tellOthers(known: readonly string[], told: Readonly<Record<string, string>>): void {
    for (const key of Object.keys(this.table)) {
      if (known.includes(key)) continue
      const why = Object.hasOwn(told, key) ? (told[key] ?? '') : 'not known here'
      if (why !== '') this.tell(key, why)
    }
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** Milliseconds of a duration of Go; one above 0 is at least 1. undefined when it is none. */
export function readDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (text.length > 100 || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let millis = 0
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)([^\d.]+)/g))
    millis += Number(amount) * (UNITS[unit] ?? 0)
  return millis > 0 ? Math.max(1, Math.round(millis)) : 0
}
