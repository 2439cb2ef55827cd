import type { Millis } from '../../clock.js'
import type { Service } from '../../core/service.js'

/** What a connect, a send or an ICMP message says when the backend does not take datagrams. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOPROTOOPT',
  'ECONNRESET',
])

/** Whether an error is a backend's; every other one is our own trouble. */
export function isRefusal(code: string): boolean {
  return REFUSALS.has(code)
}

/**
 * For how long after a refusal, unless it is answered, a session takes its backend for down. A client that is to move
 * does so however late its next datagram comes; one that is to wait tries again as soon as a probe would.
 */
export function refusalSpan({ udpOnDown, probe }: Pick<Service, 'udpOnDown' | 'probe'>): Millis {
  return udpOnDown === 'rehome' ? Infinity : Math.min(probe.interval, probe.downInterval)
}
