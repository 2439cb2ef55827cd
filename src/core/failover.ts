import type { Millis } from '../clock.js'

/** Which tier of a service takes new clients. In `returning` that is still the backups. */
export type Failover =
  | { readonly kind: 'primary' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'returning'; readonly since: Millis }
  | { readonly kind: 'none' }

export type Tier = 'primary' | 'backup'

/** Whether any backend of each tier is healthy and `ready`; being full does not count against it. */
export type TierFacts = Readonly<Record<Tier, boolean>>

export interface FailoverPolicy {
  /** How long primaries must be up before traffic returns from backups. */
  readonly failbackDelay: Millis
}

/** The tier that serves in a state, if any does. */
export function servingTier(state: Failover): Tier | undefined {
  switch (state.kind) {
    case 'primary':
      return 'primary'
    case 'backup':
    case 'returning':
      return 'backup'
    case 'none':
      return undefined
  }
}

/** The state after the facts changed or time passed. A delay never leaves clients without a backend. */
export function step(state: Failover, facts: TierFacts, now: Millis, policy: FailoverPolicy): Failover {
  if (!facts.primary) return facts.backup ? become(state, 'backup') : become(state, 'none')
  const fromBackup = state.kind === 'backup' || state.kind === 'returning'
  if (!fromBackup || !facts.backup) return become(state, 'primary')
  const since = state.kind === 'returning' ? state.since : now
  if (now >= since + policy.failbackDelay) return become(state, 'primary')
  return state.kind === 'returning' ? state : { kind: 'returning', since }
}

/** When `step` has to be asked again although no fact changed; undefined = not before one does. */
export function deadline(state: Failover, policy: FailoverPolicy): Millis | undefined {
  return state.kind === 'returning' ? state.since + policy.failbackDelay : undefined
}

function become(state: Failover, kind: 'primary' | 'backup' | 'none'): Failover {
  return state.kind === kind ? state : { kind }
}
