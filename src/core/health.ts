/** Why a backend left: it does not work, it has the wrong role, or its replica is too far behind. */
export type Cause = 'dead' | 'demoted' | 'lagging'

/** What one probe, or one connection of a client, says of a backend. */
export type Observation =
  { readonly kind: 'pass' } | { readonly kind: 'fail'; readonly cause: Cause; readonly reason: string }

/** Where an observation comes from: only a probe may decide the first state by itself. */
export type Source = 'probe' | 'passive'

/**
 * The health of a backend.
 *
 * `unknown` and `up` are eligible; `failures` and `passes` are the consecutive contrary results so far.
 * `drift` counts consecutive failures of another cause while down, since a replica that lagged may die as well.
 */
export type Health =
  | { readonly kind: 'unknown'; readonly failures: number }
  | { readonly kind: 'up'; readonly failures: number }
  | {
      readonly kind: 'down'
      readonly cause: Cause
      readonly reason: string
      readonly passes: number
      readonly drift: number
    }

/** Consecutive results needed to flip: `rise` passes to go up, `fall` failures to go down. Both at least 1. */
export interface Thresholds {
  readonly rise: number
  readonly fall: number
}

export const UNKNOWN: Health = { kind: 'unknown', failures: 0 }
export const UP: Health = { kind: 'up', failures: 0 }

/** Whether clients may be sent there: everything but `down`. */
export function isEligible(health: Health): boolean {
  return health.kind !== 'down'
}

/** Whether the last results contradict the state, so that the next one is awaited with impatience. */
export function isBetweenStates(health: Health): boolean {
  return health.kind === 'down' ? health.passes > 0 : health.failures > 0
}

/**
 * The health after one more observation. The first probe result decides at once; after that `rise` and `fall`
 * consecutive results do, and a contrary result resets the streak.
 */
export function observe(health: Health, seen: Observation, source: Source, limits: Thresholds): Health {
  if (seen.kind === 'pass') return observePass(health, source, limits)
  return observeFailure(health, seen, source, limits)
}

function observePass(health: Health, source: Source, limits: Thresholds): Health {
  switch (health.kind) {
    case 'unknown':
      return source === 'probe' ? UP : UNKNOWN
    case 'up':
      return UP
    case 'down': {
      const passes = health.passes + 1
      return passes >= limits.rise ? UP : { ...health, passes, drift: 0 }
    }
  }
}

function observeFailure(
  health: Health,
  { cause, reason }: Extract<Observation, { kind: 'fail' }>,
  source: Source,
  limits: Thresholds,
): Health {
  const down: Health = { kind: 'down', cause, reason, passes: 0, drift: 0 }
  if (health.kind === 'down') {
    if (cause === health.cause) return down
    const drift = health.drift + 1
    return drift >= limits.fall ? down : { ...health, passes: 0, drift }
  }
  const failures = health.failures + 1
  const decides = failures >= limits.fall || (health.kind === 'unknown' && source === 'probe')
  return decides ? down : { ...health, failures }
}
