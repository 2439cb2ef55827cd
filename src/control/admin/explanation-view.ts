import type { CandidateView, ExplanationView } from '../../api/views.js'
import { formatHostPort } from '../../core/backend.js'
import type { Assessed, Explanation } from '../../core/explanation.js'
import type { Failover } from '../../core/failover.js'
import type { Service } from '../../core/service.js'
import type { BackendStatus } from '../../core/table.js'

/** A choice, and what is known of those it was made among. */
export interface Explained {
  readonly service: Pick<Service, 'name' | 'balance'>
  readonly failover: Failover['kind']
  /** Port 0 = any. */
  readonly client: { readonly address: string; readonly port: number }
  readonly explanation: Explanation
  readonly backends: readonly BackendStatus[]
}

/** Which backend a client would get and why, in words. */
export function explanationView(explained: Explained): ExplanationView {
  const { service, client, explanation, backends } = explained
  const statuses = new Map(backends.map(status => [status.backend.name, status]))
  return {
    service: service.name,
    client: client.port === 0 ? client.address : formatHostPort(client.address, client.port),
    algorithm: service.balance,
    backend: explanation.picked ?? null,
    candidates: explanation.assessed.map(assessed =>
      candidateView(assessed, explained, statuses.get(assessed.name)),
    ),
  }
}

function candidateView(
  assessed: Assessed,
  explained: Explained,
  status: BackendStatus | undefined,
): CandidateView {
  const { name, standing, score } = assessed
  return {
    name,
    eligible: standing === 'picked' || standing === 'beaten',
    why: why(assessed, explained, status),
    score: score === undefined ? null : Math.round(score * 1e6) / 1e6,
  }
}

function why(
  { standing, tier, active }: Assessed,
  explained: Explained,
  status: BackendStatus | undefined,
): string {
  const { explanation, failover } = explained
  switch (standing) {
    case 'picked':
      return `chosen: ${explanation.rule ?? ''}`
    case 'beaten':
      return `${explanation.picked ?? 'another one'} comes before it`
    case 'full':
      return `full: it has ${active} of ${status?.backend.maxConnections ?? active} sessions`
    case 'other-tier':
      return tier === 'backup'
        ? 'a backup: a primary serves'
        : `a primary: backups serve until the failover is over (${failover})`
    case 'other-family':
      return 'it has no address of the family of the client, and the kernel does not translate'
    case 'not-eligible':
      return status === undefined ? 'it is not configured any more' : whyNotEligible(status)
  }
}

function whyNotEligible({ isLeaving, admin, health, cause, reason }: BackendStatus): string {
  if (isLeaving) return 'removed: only the sessions that it has go on'
  if (admin !== 'ready') return `in ${admin}: it takes no new sessions`
  return health === 'down' ? `down (${cause ?? 'dead'}): ${reason ?? ''}` : 'not eligible a moment ago'
}
