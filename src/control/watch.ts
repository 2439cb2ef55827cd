import type { Clock, Millis, Random, Timer } from '../clock.js'
import type { Endpoint } from '../core/backend.js'
import type { Probe, Verdict } from './probes/probe.js'
import { expediteGap, firstDelay, nextDelay } from './schedule.js'

/** What one probe told, and the time from its start until it did. */
export interface ProbeResult {
  readonly verdict: Verdict
  readonly durationMs: Millis
}

/** A backend to be probed, and who wants to know. */
export interface Subject {
  readonly target: Endpoint
  readonly probe: Probe
  readonly timeout: Millis
  /** The time from the start of a probe to the start of the next; asked after each result. */
  interval(): Millis
  /** Called once per probe, never after the watch was paused or stopped. */
  onResult(result: ProbeResult): void
}

/** The probing of one subject, until it is stopped. */
export interface Watch {
  /** Asks for a probe at once. One that is in flight or queued serves; a minimum gap to the last one is kept. */
  expedite(): void
  /** The interval may be another one: a probe that is awaited comes no later than that says. */
  adapt(): void
  /** Ends the probe in flight, of which nothing is told, and probes no more until {@link Watch.resume}. */
  pause(): void
  /** Probes again, beginning like a new watch; harmless when not paused. */
  resume(): void
  /** Pauses for good. */
  stop(): void
}

/** What all watches of a process share. */
export interface Shared {
  readonly clock: Clock
  readonly random: Random
  /** Has the watch start its probe when its turn comes, which may be now. */
  enter(watch: ProbeWatch): void
  /** Gives up the turn of the watch, whether it came or not; harmless without one. */
  leave(watch: ProbeWatch): void
  /** The watch has stopped. */
  forget(watch: ProbeWatch): void
  /** Whether the process stood still; every probe in flight has begun again then. */
  hasStalled(): boolean
}

interface Waiting {
  readonly kind: 'waiting'
  readonly due: Millis
  timer: Timer
}

interface Attempt {
  readonly kind: 'probing'
  readonly startedAt: Millis
  readonly abort: AbortController
  timer: Timer
}

type State = Waiting | Attempt | { readonly kind: 'queued' | 'telling' | 'paused' | 'stopped' }

/** When one backend is probed, and what becomes of the probe. Begins paused. */
export class ProbeWatch implements Watch {
  readonly #subject: Subject
  readonly #shared: Shared
  #state: State = { kind: 'paused' }
  #lastStart: Millis | undefined

  constructor(subject: Subject, shared: Shared) {
    this.#subject = subject
    this.#shared = shared
  }

  resume(): void {
    if (this.#state.kind !== 'paused') return
    const { clock, random } = this.#shared
    this.#waitUntil(clock.now() + firstDelay(this.#subject.interval(), random))
  }

  pause(): void {
    if (this.#state.kind !== 'stopped') this.#end('paused')
  }

  stop(): void {
    this.#end('stopped')
    this.#shared.forget(this)
  }

  expedite(): void {
    const state = this.#state
    if (state.kind !== 'waiting' && state.kind !== 'telling') return
    const now = this.#shared.clock.now()
    const gap = expediteGap(this.#subject.interval())
    const due = this.#lastStart === undefined ? now : Math.max(now, this.#lastStart + gap)
    if (state.kind === 'waiting') {
      if (state.due <= due) return
      state.timer.cancel()
    }
    if (due > now) this.#waitUntil(due)
    else this.#enter()
  }

  adapt(): void {
    const state = this.#state
    if (state.kind !== 'waiting' || this.#lastStart === undefined) return
    const due = Math.max(this.#shared.clock.now(), this.#lastStart + this.#subject.interval())
    if (due >= state.due) return
    state.timer.cancel()
    this.#waitUntil(due)
  }

  /** Starts the probe; called when the turn of this watch has come. */
  start(): void {
    const { clock } = this.#shared
    const { target, probe, timeout } = this.#subject
    const startedAt = clock.now()
    const timer = clock.after(timeout, () => this.#expire(attempt))
    const attempt: Attempt = { kind: 'probing', startedAt, abort: new AbortController(), timer }
    this.#state = attempt
    this.#lastStart = startedAt
    probe(target, attempt.abort.signal).then(
      verdict => this.#settle(attempt, verdict),
      (bug: unknown) => {
        if (this.#state === attempt) throw bug
      },
    )
  }

  /** Begins the probe in flight again: what it was waiting for may have been there all along. */
  restart(): void {
    if (this.#state.kind !== 'probing') return
    free(this.#state)
    this.start()
  }

  #waitUntil(due: Millis): void {
    const { clock } = this.#shared
    const wake = (): void => {
      const left = due - clock.now()
      // Timers keep whole milliseconds and so may run a fraction of one early; no probe does.
      if (left > 0) state.timer = clock.after(left, wake)
      else this.#enter()
    }
    const state: Waiting = { kind: 'waiting', due, timer: clock.after(Math.max(0, due - clock.now()), wake) }
    this.#state = state
  }

  #enter(): void {
    this.#state = { kind: 'queued' }
    this.#shared.enter(this)
  }

  #expire(attempt: Attempt): void {
    const reason = `timeout after ${formatMillis(this.#subject.timeout)}`
    // One more turn, so that an answer which has arrived already is read before the backend is blamed.
    attempt.timer = this.#shared.clock.after(0, () =>
      this.#settle(attempt, { kind: 'fail', cause: 'dead', reason }),
    )
  }

  #settle(attempt: Attempt, verdict: Verdict): void {
    if (this.#state !== attempt || this.#shared.hasStalled()) return
    const durationMs = this.#shared.clock.now() - attempt.startedAt
    this.#end('telling')
    this.#subject.onResult({ verdict, durationMs })
    this.#awaitNext(attempt.startedAt)
  }

  /** Unless whoever was told the result has decided otherwise. */
  #awaitNext(lastStart: Millis): void {
    if (this.#state.kind !== 'telling') return
    this.#waitUntil(lastStart + nextDelay(this.#subject.interval(), this.#shared.random))
  }

  #end(kind: 'telling' | 'paused' | 'stopped'): void {
    const state = this.#state
    this.#state = { kind }
    if (state.kind === 'waiting') state.timer.cancel()
    if (state.kind === 'probing') free(state)
    this.#shared.leave(this)
  }
}

/** Made once: the default one of each abort would come with a stack trace. */
const OVER = new Error('the probe is over')

/** Frees all that a probe holds, however it ended. */
function free(attempt: Attempt): void {
  attempt.timer.cancel()
  attempt.abort.abort(OVER)
}

function formatMillis(duration: Millis): string {
  return duration < 1000 ? `${duration}ms` : `${duration / 1000}s`
}
