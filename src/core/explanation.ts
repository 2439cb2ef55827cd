import type { BackendName } from './backend.js'
import type { Tier } from './failover.js'
import type { LiveBackend } from './lease.js'
import type { Preview } from './strategy/strategy.js'

/**
 * How one backend stands to a client: it would be given to it, another one is better, it has no room, its tier is not
 * asked because another one has room, it is not eligible, which health and admin state tell, or it has no address of the
 * client's family and nobody translates.
 */
export type Standing = 'picked' | 'beaten' | 'full' | 'other-tier' | 'not-eligible' | 'other-family'

/** One backend that was, or was not, looked at for a client. */
export interface Assessed {
  readonly name: BackendName
  readonly tier: Tier
  readonly standing: Standing
  /** What the algorithm compared; undefined for one that it did not look at. */
  readonly score: number | undefined
  /** Sessions it has, connects under way included. */
  readonly active: number
}

/** Which backend a client would be given, and how each one stands to that. Plain data, fit to cross a thread boundary. */
export interface Explanation {
  /** undefined = none has room. */
  readonly picked: BackendName | undefined
  /** What the scores are and which one wins, in words; undefined when no tier has an eligible backend. */
  readonly rule: string | undefined
  readonly assessed: readonly Assessed[]
}

/** What the strategy of one tier would do. */
export interface TierPreview {
  readonly tier: Tier
  /** Its eligible backends. */
  readonly members: readonly LiveBackend[]
  readonly preview: Preview<LiveBackend>
}

/**
 * The explanation of a choice.
 *
 * @param listed every backend @param tiers in the order in which they are asked
 */
export function settle(listed: readonly LiveBackend[], tiers: readonly TierPreview[]): Explanation {
  const asked = tiers.find(({ preview }) => preview.picked !== undefined) ?? tiers.find(hasMembers)
  const picked = asked?.preview.picked
  return {
    picked: picked?.name,
    rule: asked?.preview.rule,
    assessed: listed.map(backend => {
      const tier: Tier = backend.backend.backup ? 'backup' : 'primary'
      const standing = standingOf(backend, tier, asked)
      const isCompared = standing === 'picked' || standing === 'beaten'
      const score = isCompared ? asked?.preview.score(backend) : undefined
      return { name: backend.name, tier, standing, score, active: backend.sessions }
    }),
  }
}

function standingOf(backend: LiveBackend, tier: Tier, asked: TierPreview | undefined): Standing {
  if (!backend.eligible) return 'not-eligible'
  if (asked?.preview.picked === backend) return 'picked'
  if (!backend.hasRoom) return 'full'
  return tier === asked?.tier ? 'beaten' : 'other-tier'
}

function hasMembers({ members }: TierPreview): boolean {
  return members.length > 0
}
