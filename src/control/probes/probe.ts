import type { Endpoint } from '../../core/backend.js'
import type { Cause } from '../../core/health.js'

/** What a probe found. `local` is trouble of our own, such as no free descriptor: it says nothing of the backend. */
export type Verdict =
  | { readonly kind: 'pass'; readonly reason: string }
  | { readonly kind: 'fail'; readonly cause: Cause; readonly reason: string }
  | { readonly kind: 'local'; readonly reason: string }

/**
 * Asks one backend once. Resolves with a verdict and never rejects for what the backend does; frees whatever it
 * opened before it resolves, and within the same turn when `signal` aborts (what it resolves with is not looked at then).
 */
export type Probe = (target: Endpoint, signal: AbortSignal) => Promise<Verdict>
