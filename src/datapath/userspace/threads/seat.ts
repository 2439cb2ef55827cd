import { execArgv } from 'node:process'
import { inspect } from 'node:util'
import { Worker } from 'node:worker_threads'
import type { Clock, Millis, Timer } from '../../../clock.js'
import type { Explanation } from '../../../core/explanation.js'
import type { ServiceStats } from '../../../core/stats.js'
import type { Client } from '../../../core/strategy/strategy.js'
import { BindError, ThreadStartError, type Terms } from '../../datapath.js'
import type { ThreadStats } from '../data-thread.js'
import type { Bound } from '../listeners.js'
import type { FromThread, Preparation, ThreadSetup, Told, ToThread } from './messages.js'

/** How a data thread ended. */
export interface Failure {
  readonly error: string
  /** What it said of itself with its last breath, if it still could. */
  readonly last: { readonly sessions: number; readonly counted: readonly ServiceStats[] } | undefined
}

/** Told what becomes of the thread in a seat. */
export interface SeatListener {
  onTold(told: Told): void
  onStats(stats: readonly ThreadStats[]): void
  /** The thread has ended by itself after it was bound; all that it had open is closed. */
  onFailed(failure: Failure): void
}

type State =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'starting'
      readonly worker: Worker
      readonly bound: (bound: Bound) => void
      readonly failed: (error: Error) => void
    }
  | { readonly kind: 'bound'; readonly worker: Worker }

/** The place of one data thread, which is empty between the end of one and the start of another. */
export class Seat {
  readonly #clock: Clock
  readonly #listener: SeatListener
  #state: State = { kind: 'empty' }
  readonly #counting: Question
  readonly #closing: Question
  readonly #committing: Question
  #terms: Terms | undefined
  /** Set while the thread makes ready for a configuration. */
  #preparing:
    | {
        readonly id: number
        readonly ready: (bound: Bound) => void
        readonly failed: (error: Error) => void
      }
    | undefined
  #preparations = 0
  /** Whether the thread has prepared what comes next. */
  #isPrepared = false
  /** Who wants to know which backend a client would be given, by number. */
  readonly #explaining = new Map<number, (explanation: Explanation | undefined) => void>()
  #explained = 0
  /** Set while the thread is to stop. */
  #stopped: (() => void) | undefined
  #overdue: Timer | undefined

  constructor(clock: Clock, listener: SeatListener) {
    this.#clock = clock
    this.#counting = new Question(clock, () => this.tell({ kind: 'stats' }))
    this.#closing = new Question(clock, () => this.tell({ kind: 'close' }))
    this.#committing = new Question(clock, () => {
      if (this.#terms !== undefined) this.tell({ kind: 'commit', terms: this.#terms })
    })
    this.#listener = listener
  }

  /** Starts a thread; rejects with a BindError when a listener cannot be bound. The seat is empty again then. */
  start(setup: ThreadSetup): Promise<Bound> {
    return new Promise((bound, failed) => {
      const worker = new Worker(new URL('./worker.js', import.meta.url), {
        workerData: setup,
        name: `data ${setup.thread + 1}`,
        // A thread is started from a file, whatever the program is.
        execArgv: execArgv.filter(flag => !flag.startsWith('--input-type')),
      })
      this.#state = { kind: 'starting', worker, bound, failed }
      let failure: Failure = { error: 'it ended without a word', last: undefined }
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'failed') failure = { error: message.error, last: message }
        else this.#hear(worker, message)
      })
      worker.on('error', error => (failure = { error: inspect(error), last: undefined }))
      worker.once('exit', () => this.#onExit(worker, failure))
    })
  }

  /** Tells the thread something; an empty seat hears nothing. */
  tell(message: ToThread): void {
    if (this.#state.kind !== 'empty') this.#state.worker.postMessage(message)
  }

  /**
   * Has the thread bind what the next configuration needs; rejects with a BindError where it cannot, and with a
   * ThreadStartError where there is no thread, or it does not say in time.
   */
  async prepare(preparation: Preparation): Promise<Bound> {
    this.#isPrepared = false
    const id = this.#preparations++
    if (this.#state.kind !== 'bound') throw new ThreadStartError('it is not there at the moment')
    let timer: Timer | undefined
    try {
      const bound = await new Promise<Bound>((ready, failed) => {
        this.#preparing = { id, ready, failed }
        timer = this.#clock.after(PATIENCE_TO_BIND, () => failed(new ThreadStartError('it does not answer')))
        this.tell({ kind: 'prepare', id, ...preparation })
      })
      this.#isPrepared = true
      return bound
    } finally {
      timer?.cancel()
      this.#preparing = undefined
    }
  }

  /** Whether the thread that is there now has prepared what comes next. */
  get isPrepared(): boolean {
    return this.#isPrepared
  }

  /** What was prepared holds from now on. Resolves when it does, or the thread does not say so in time. */
  async commit(terms: Terms): Promise<void> {
    this.#terms = terms
    this.#isPrepared = false
    if (this.#state.kind === 'bound') await this.#committing.ask()
  }

  /** Asks the thread which backend a client would be given; undefined when it does not say in time. */
  explain(service: string, client: Client): Promise<Explanation | undefined> {
    if (this.#state.kind !== 'bound') return Promise.resolve(undefined)
    return new Promise(resolve => {
      const id = this.#explained++
      const timer = this.#clock.after(PATIENCE, () => this.#explain(id, undefined))
      this.#explaining.set(id, explanation => {
        timer.cancel()
        resolve(explanation)
      })
      this.tell({ kind: 'explain', id, service, client })
    })
  }

  /** Has the thread say what it counted; resolves when it has, or will not in time. */
  async count(): Promise<void> {
    if (this.#state.kind === 'bound') await this.#counting.ask()
  }

  /** Has the thread take no new client; resolves when it does not, or does not say so in time. */
  async close(): Promise<void> {
    if (this.#state.kind === 'starting') await this.end()
    if (this.#state.kind === 'bound') await this.#closing.ask()
  }

  /** Has the thread end when its sessions have, or `grace` later; resolves when it has ended, whether it obeyed or not. */
  async stop(grace: Millis): Promise<void> {
    if (this.#state.kind === 'bound') {
      await new Promise<void>(resolve => {
        this.#stopped = resolve
        this.#overdue = this.#clock.after(grace + PATIENCE, resolve)
        this.tell({ kind: 'stop', grace })
      })
      this.#overdue?.cancel()
    }
    await this.end()
  }

  /** Has the thread reset what it has; one that does not do so soon is ended as it is. */
  abort(): void {
    this.tell({ kind: 'abort' })
    if (this.#stopped === undefined) return
    this.#overdue?.cancel()
    this.#overdue = this.#clock.after(PATIENCE, this.#stopped)
  }

  /** Ends the thread as it is. */
  async end(): Promise<void> {
    const state = this.#state
    this.#state = { kind: 'empty' }
    if (state.kind !== 'empty') await state.worker.terminate()
  }

  #hear(worker: Worker, message: Exclude<FromThread, { kind: 'failed' }>): void {
    switch (message.kind) {
      case 'bound':
        if (this.#state.kind !== 'starting') return
        this.#state.bound(message)
        this.#state = { kind: 'bound', worker }
        // So that there is something to add to, should it end without a word before anybody asks.
        void this.count()
        return
      case 'not-bound': {
        const error = new BindError(message.listener, message.code)
        if (message.id !== undefined) {
          if (message.id === this.#preparing?.id) this.#preparing.failed(error)
          return
        }
        if (this.#state.kind !== 'starting') return
        this.#state.failed(error)
        return void this.end()
      }
      case 'prepared':
        if (message.id === this.#preparing?.id) this.#preparing.ready(message)
        return
      case 'committed':
        return this.#committing.answered()
      case 'explained':
        return this.#explain(message.id, message.explanation)
      case 'told':
        return this.#listener.onTold(message.told)
      case 'stats':
        this.#listener.onStats(message.stats)
        return this.#counting.answered()
      case 'closed':
        return this.#closing.answered()
      case 'stopped':
        this.#listener.onStats(message.stats)
        return this.#stopped?.()
    }
  }

  #onExit(worker: Worker, failure: Failure): void {
    const state = this.#state
    if (state.kind === 'empty' || state.worker !== worker) return
    this.#state = { kind: 'empty' }
    this.#isPrepared = false
    if (state.kind === 'starting') state.failed(new ThreadStartError(firstLine(failure.error)))
    else this.#listener.onFailed(failure)
    this.#counting.answered()
    this.#closing.answered()
    this.#preparing?.failed(new ThreadStartError(firstLine(failure.error)))
    this.#committing.answered()
    for (const id of this.#explaining.keys()) this.#explain(id, undefined)
    this.#stopped?.()
  }

  #explain(id: number, explanation: Explanation | undefined): void {
    this.#explaining.get(id)?.(explanation)
    this.#explaining.delete(id)
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** How long a thread may take to answer: a busy one takes a fraction of it. */
const PATIENCE: Millis = 250
/** How long it may take to bind what a new configuration needs. */
const PATIENCE_TO_BIND: Millis = 5000

/** Something asked of a thread that may be too busy to answer. Who asks meanwhile shares the answer. */
class Question {
  readonly #clock: Clock
  readonly #put: () => void
  #asked: Promise<void> | undefined
  /** Ends the wait. */
  answered: () => void = () => undefined

  constructor(clock: Clock, put: () => void) {
    this.#clock = clock
    this.#put = put
  }

  /** Resolves when it is answered, or after {@link PATIENCE}. */
  ask(): Promise<void> {
    this.#asked ??= new Promise(resolve => {
      const timer = this.#clock.after(PATIENCE, () => this.answered())
      this.answered = () => {
        timer.cancel()
        this.#asked = undefined
        resolve()
      }
      this.#put()
    })
    return this.#asked
  }
}
