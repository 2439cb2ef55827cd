import type { Clock, Millis } from '../clock.js'
import { AdminError } from './admin-error.js'

/** What comes of a stream that is opened again whenever it breaks off. */
export type Followed<T> =
  { readonly kind: 'message'; readonly message: T } | { readonly kind: 'lost'; readonly error: AdminError }

/**
 * The messages of a stream for as long as `signal` is not aborted: when it ends or breaks off, `lost` is told and it is
 * opened again after `pause`. What the server refuses is thrown.
 */
export async function* reconnecting<T>(
  open: () => AsyncIterable<T>,
  { clock, signal, pause }: { readonly clock: Clock; readonly signal: AbortSignal; readonly pause: Millis },
): AsyncGenerator<Followed<T>, void, void> {
  while (!signal.aborted) {
    let error = new AdminError('unreachable', 'the stream ended')
    try {
      for await (const message of open()) yield { kind: 'message', message }
    } catch (thrown) {
      if (signal.aborted) return
      if (!(thrown instanceof AdminError) || thrown.kind !== 'unreachable') throw thrown
      error = thrown
    }
    if (signal.aborted) return
    yield { kind: 'lost', error }
    await rest(clock, pause, signal)
  }
}

function rest(clock: Clock, pause: Millis, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const finish = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.after(pause, finish)
    signal.addEventListener('abort', finish, { once: true })
    if (signal.aborted) finish()
  })
}
