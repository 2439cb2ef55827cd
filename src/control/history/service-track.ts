import type { ServiceSeriesView, ServiceView } from '../../api/views.js'
import type { BackendName } from '../../core/backend.js'
import { BackendTrack } from './backend-track.js'
import { NO_READING, Track, type Reading } from './track.js'

interface Kept {
  readonly track: BackendTrack
  /** The number of the last sample it was there at. */
  seen: number
}

/** One service and its backends over the last samples. */
export class ServiceTrack {
  readonly #length: number
  readonly #track: Track
  readonly #backends = new Map<BackendName, Kept>()
  #wasThere = false

  /** @param length how many samples are kept */
  constructor(length: number) {
    this.#length = length
    this.#track = new Track(length)
  }

  /**
   * Keeps what a service shows; a backend is forgotten when nothing kept is of it.
   *
   * @param number of the sample, one more than that of the sample before
   * @param view undefined = it is not there
   * @param seconds since the sample before
   */
  sample(number: number, view: ServiceView | undefined, seconds: number): void {
    const place = number % this.#length
    const views = new Map(view?.backends.map(backend => [backend.name, backend]))
    for (const name of views.keys()) {
      if (!this.#backends.has(name))
        this.#backends.set(name, { track: new BackendTrack(this.#length), seen: number })
    }
    const readings: Reading[] = []
    for (const [name, kept] of this.#backends) {
      const backend = views.get(name)
      if (backend !== undefined) kept.seen = number
      readings.push(kept.track.sample(place, backend, seconds))
      if (number - kept.seen >= this.#length) this.#backends.delete(name)
    }
    this.#track.set(place, view === undefined ? NO_READING : this.#sum(view, readings))
    this.#wasThere = view !== undefined
  }

  /** What is kept at these places. */
  read(name: string, places: readonly number[]): ServiceSeriesView {
    const backends = [...this.#backends].map(([backend, { track }]) => track.read(backend, places))
    const { probeMs: _none, ...sums } = this.#track.read(name, places)
    return { ...sums, backends }
  }

  /** The sum over the backends: what one of them did not show yet is nothing where the service was there before. */
  #sum({ leaving }: ServiceView, readings: readonly Reading[]): Reading {
    const sum = (of: (reading: Reading) => number): number =>
      readings.reduce((sum, reading) => sum + (of(reading) || 0), 0)
    const rate = (of: (reading: Reading) => number): number => (this.#wasThere ? sum(of) : Number.NaN)
    return {
      sessions: leaving.reduce(
        (sum, { sessionsActive }) => sum + sessionsActive,
        sum(({ sessions }) => sessions),
      ),
      connections: rate(({ connections }) => connections),
      bytesToBackend: rate(({ bytesToBackend }) => bytesToBackend),
      bytesToClient: rate(({ bytesToClient }) => bytesToClient),
      probeMs: Number.NaN,
    }
  }
}
