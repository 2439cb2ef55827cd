import type { SeriesView } from '../../api/views.js'
import { Series } from './series.js'

/** What is known of a thing that has sessions, at one sample; NaN = nothing. */
export interface Reading {
  readonly sessions: number
  /** The others a second. */
  readonly connections: number
  readonly bytesToBackend: number
  readonly bytesToClient: number
}

/** What is kept where nothing was read. */
export const NO_READING: Reading = {
  sessions: Number.NaN,
  connections: Number.NaN,
  bytesToBackend: Number.NaN,
  bytesToClient: Number.NaN,
}

/** What was read of one thing over the last samples. */
export class Track {
  readonly #sessions: Series
  readonly #connections: Series
  readonly #bytesToBackend: Series
  readonly #bytesToClient: Series

  constructor(length: number) {
    this.#sessions = new Series(length)
    this.#connections = new Series(length)
    this.#bytesToBackend = new Series(length)
    this.#bytesToClient = new Series(length)
  }

  set(place: number, { sessions, connections, bytesToBackend, bytesToClient }: Reading): void {
    this.#sessions.set(place, sessions)
    this.#connections.set(place, connections)
    this.#bytesToBackend.set(place, bytesToBackend)
    this.#bytesToClient.set(place, bytesToClient)
  }

  /** What is kept at these places. */
  read(name: string, places: readonly number[]): SeriesView {
    return {
      name,
      sessions: this.#sessions.read(places),
      connections: this.#connections.read(places),
      bytesToBackend: this.#bytesToBackend.read(places),
      bytesToClient: this.#bytesToClient.read(places),
    }
  }
}
