import { isDeepStrictEqual } from 'node:util'
import type { Millis } from '../clock.js'
import type { Backend, BackendName, Endpoint } from '../core/backend.js'
import type { ProbePolicy, Service } from '../core/service.js'
import type { Monitor } from './monitor.js'
import { createProbe } from './probes/index.js'
import type { ProbeResult, Watch } from './watch.js'

/** Whoever wants to know how the backends of a service are. */
export interface Watcher {
  /** The time from one probe of a backend to the next. */
  interval(backend: BackendName): Millis
  onResult(backend: BackendName, result: ProbeResult): void
}

interface Watched {
  readonly watch: Watch
  readonly endpoint: Endpoint
  readonly asks: Pick<ProbePolicy, 'spec' | 'timeout'>
}

/** The probing of all backends of one service. */
export class Watches {
  readonly #monitor: Pick<Monitor, 'watch'>
  readonly #watcher: Watcher
  readonly #watched = new Map<BackendName, Watched>()
  readonly #paused = new Set<BackendName>()

  constructor(monitor: Pick<Monitor, 'watch'>, watcher: Watcher) {
    this.#monitor = monitor
    this.#watcher = watcher
  }

  /** Probes these backends, and no others; probing that would be the same goes on. */
  follow({ probe, backends }: Pick<Service, 'probe' | 'backends'>): void {
    const asks = { spec: probe.spec, timeout: probe.timeout }
    const before = new Map(this.#watched)
    this.#watched.clear()
    for (const backend of backends) {
      const known = before.get(backend.name)
      if (known === undefined || !isDeepStrictEqual([known.endpoint, known.asks], [backend.endpoint, asks])) {
        this.#watch(backend, asks)
      } else {
        before.delete(backend.name)
        this.#watched.set(backend.name, known)
        known.watch.adapt()
      }
    }
    for (const [name, { watch }] of before) {
      watch.stop()
      if (!this.#watched.has(name)) this.#paused.delete(name)
    }
  }

  /** Probes all backends but these. */
  pause(names: ReadonlySet<BackendName>): void {
    for (const [name, { watch }] of this.#watched) {
      if (!names.has(name)) {
        if (this.#paused.delete(name)) watch.resume()
      } else if (!this.#paused.has(name)) {
        this.#paused.add(name)
        watch.pause()
      }
    }
  }

  /** Asks for a probe at once. */
  expedite(name: BackendName): void {
    this.#watched.get(name)?.watch.expedite()
  }

  /** Probes nobody. */
  stop(): void {
    for (const { watch } of this.#watched.values()) watch.stop()
    this.#watched.clear()
    this.#paused.clear()
  }

  #watch({ name, endpoint }: Backend, asks: Watched['asks']): void {
    const probe = createProbe(asks.spec)
    if (probe === undefined) return
    const watch = this.#monitor.watch({
      target: endpoint,
      probe,
      timeout: asks.timeout,
      interval: () => this.#watcher.interval(name),
      onResult: result => this.#watcher.onResult(name, result),
    })
    this.#paused.delete(name)
    this.#watched.set(name, { watch, endpoint, asks })
  }
}
