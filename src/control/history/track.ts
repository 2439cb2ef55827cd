import type { BackendSeriesView } from '../../api/views.js'

/** What is read of a thing at one sample; NaN = nothing. */
export interface Reading {
  readonly sessions: number
  /** This and the next two are a second. */
  readonly connections: number
  readonly bytesToBackend: number
  readonly bytesToClient: number
  readonly probeMs: number
}

const COLUMNS = 5

/** What is kept where nothing was read. */
export const NO_READING: Reading = {
  sessions: Number.NaN,
  connections: Number.NaN,
  bytesToBackend: Number.NaN,
  bytesToClient: Number.NaN,
  probeMs: Number.NaN,
}

/** What was read of one thing over the last samples: a ring for each column, and all of them in one array. */
export class Track {
  readonly #length: number
  readonly #values: Float32Array

  constructor(length: number) {
    this.#length = length
    this.#values = new Float32Array(length * COLUMNS).fill(Number.NaN)
  }

  set(place: number, { sessions, connections, bytesToBackend, bytesToClient, probeMs }: Reading): void {
    const row = [sessions, connections, bytesToBackend, bytesToClient, probeMs]
    for (const [column, value] of row.entries()) this.#values[column * this.#length + place] = value
  }

  /** What is kept at these places, with three digits at most; null where there is nothing. */
  read(name: string, places: readonly number[]): BackendSeriesView {
    const column = (index: number): (number | null)[] =>
      places.map(place => shown(this.#values[index * this.#length + place]))
    return {
      name,
      sessions: column(0),
      connections: column(1),
      bytesToBackend: column(2),
      bytesToClient: column(3),
      probeMs: column(4),
    }
  }
}

function shown(value = Number.NaN): number | null {
  return Number.isNaN(value) ? null : Math.round(value * 1000) / 1000
}
