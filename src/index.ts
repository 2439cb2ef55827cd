import { flagsSource } from './config/config-source.js'
import type { Flags } from './config/flag-values.js'
import type { ServiceView } from './api/views.js'
import type { ListeningFact } from './core/observer.js'
import { openApp } from './app/open-app.js'

export type { Flags } from './config/flag-values.js'
export type { BackendView, ServiceView } from './api/views.js'
export type { ListeningFact } from './core/observer.js'
export { ConfigError } from './config/config-error.js'
export { StartError } from './app/start-error.js'

/** A balancer inside another program. */
export interface Balancer {
  /** Binds every listener or none, and begins to balance. Rejects with a StartError. */
  start(): Promise<readonly ListeningFact[]>
  /** Takes no new client, lets sessions go on for the drain timeout, resets the rest. */
  stop(): Promise<void>
  /** The services with their backends, as `GET /api/v1/services` shows them. */
  services(): Promise<readonly ServiceView[]>
}

export interface BalancerOptions {
  /** Takes each log line, its newline included; default: nothing is logged. */
  readonly log?: (line: string) => void
}

/**
 * Makes a balancer from the flags of the command line, by their names in camelCase:
 * `createBalancer({ listen: ['tcp://127.0.0.1:5432'], backend: ['10.0.0.11:5432'], admin: false })`.
 * Rejects with a ConfigError for what cannot be used. One worker is the calling thread itself, more are threads.
 */
export async function createBalancer(flags: Flags, { log }: BalancerOptions = {}): Promise<Balancer> {
  const sink = {
    write: log ?? (() => undefined),
    flush: () => Promise.resolve(),
    linesDropped: 0,
  }
  const app = await openApp(flagsSource(flags), sink, false, 'inline')
  return {
    async start() {
      await app.start()
      return app.listeners
    },
    stop: () => app.stop(),
    services: () => app.views(),
  }
}
