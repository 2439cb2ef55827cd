import type { Millis } from '../clock.js'
import type { BackendSnapshot } from './snapshot.js'

/** How long a connect time counts before the backend is tried again. */
const CONNECT_RECENT: Millis = 5_000
/** How long a probe time counts: longer than most intervals, for probes come whether or not clients do. */
const PROBE_RECENT: Millis = 30_000
/** The share of a new sample in an average. */
const GAIN = 0.3

/** The average with one more sample in it. One below half of it is a recovery, which counts in full at once. */
export function smooth(average: Millis | undefined, sample: Millis): Millis {
  return average === undefined || sample < average / 2 ? sample : average + GAIN * (sample - average)
}

interface ConnectTime {
  readonly value: Millis
  readonly since: Millis
  /** From before the try under way, whose outcome replaces it. */
  readonly isOld: boolean
}

/**
 * How long a backend takes: to connect, which only connects tell, and to answer its probe. They are different
 * quantities and kept apart. Each is undefined before it was measured, and again when that was long ago.
 */
export class Latency {
  #connect: ConnectTime | undefined
  #probe: { readonly value: Millis; readonly count: number; readonly since: Millis } | undefined

  /** Smoothed connect time; undefined once no connect has measured it for 5 s. */
  connectTime(now: Millis): Millis | undefined {
    return this.#connect && now - this.#connect.since < CONNECT_RECENT ? this.#connect.value : undefined
  }

  /** Probe time as it was published last; undefined once no probe has measured it for 30 s. */
  probeTime(now: Millis): Millis | undefined {
    return this.#probe && now - this.#probe.since < PROBE_RECENT ? this.#probe.value : undefined
  }

  /** A client was given the backend. Where that is a try, the old connect time counts again until it has an outcome. */
  tried(now: Millis): void {
    if (this.#connect === undefined || this.connectTime(now) !== undefined) return
    this.#connect = { value: this.#connect.value, since: now, isOld: true }
  }

  /** Takes in the time one connect took. */
  connected(sample: Millis, now: Millis): void {
    const average = this.#connect?.isOld ? undefined : this.connectTime(now)
    this.#connect = { value: smooth(average, sample), since: now, isOld: false }
  }

  /** Takes over the probe time of a snapshot; the same one published again is no measurement. */
  probed({ average, count }: NonNullable<BackendSnapshot['probeTime']>, now: Millis): void {
    if (count !== this.#probe?.count) this.#probe = { value: average, count, since: now }
  }
}
