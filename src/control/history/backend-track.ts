import type { BackendSeriesView, BackendView } from '../../api/views.js'
import { NO_READING, Track, type Reading } from './track.js'

/** Counters of a backend, all of which only rise. */
type Totals = Pick<BackendView, 'sessionsTotal' | 'bytesToBackend' | 'bytesToClient'>

/** One backend over the last samples: rates come from how much its counters rose since the sample before. */
export class BackendTrack {
  readonly #track: Track
  /** At the sample before; undefined = it was not there. */
  #before: Totals | undefined

  constructor(length: number) {
    this.#track = new Track(length)
  }

  /**
   * Keeps what a backend shows and returns it.
   *
   * @param view undefined = it is not there
   * @param seconds since the sample before
   */
  sample(place: number, view: BackendView | undefined, seconds: number): Reading {
    const reading = view === undefined ? NO_READING : this.#measure(view, seconds)
    this.#track.set(place, reading)
    this.#before = view
    return reading
  }

  /** What is kept at these places. */
  read(name: string, places: readonly number[]): BackendSeriesView {
    return this.#track.read(name, places)
  }

  #measure(view: BackendView, seconds: number): Reading {
    const rate = (of: (totals: Totals) => number): number => {
      const rise = this.#before === undefined ? Number.NaN : of(view) - of(this.#before)
      // Counters that fell began anew.
      return rise >= 0 && seconds > 0 ? rise / seconds : Number.NaN
    }
    return {
      sessions: view.sessionsActive,
      connections: rate(({ sessionsTotal }) => sessionsTotal),
      bytesToBackend: rate(({ bytesToBackend }) => bytesToBackend),
      bytesToClient: rate(({ bytesToClient }) => bytesToClient),
      probeMs: view.lastProbe?.durationMs ?? Number.NaN,
    }
  }
}
