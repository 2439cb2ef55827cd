import type { Explanation, Standing } from '../../core/explanation.js'
import type { Client } from '../../core/strategy/strategy.js'
import { slotOf, SLOTS } from '../../core/strategy/ip-hash.js'
import { plainAddress } from '../../core/address.js'
import type { KernelService } from './kernel-service.js'
import { familyOf, type Family } from './rules.js'

/** Which backend the kernel would give a client now, as far as that can be told, and why. */
export function explain(service: KernelService, client: Client): Explanation {
  const family = familyOf(plainAddress(client.address))
  const candidates = service.candidates(family)
  const { backends, failover } = service.snapshot()
  const { picked, rule, score } = choiceOf(service, family, client)
  const chosen = new Set(candidates.map(({ name }) => name))
  const asked =
    backends.find(({ backend }) => chosen.has(backend.name))?.backend.backup ?? failover !== 'primary'
  return {
    picked,
    rule,
    assessed: backends.map(({ backend, eligible }) => {
      const active = service.active(backend.name)
      const standing = ((): Standing => {
        if (!eligible) return 'not-eligible'
        if (backend.name === picked) return 'picked'
        if (active >= (backend.maxConnections ?? Infinity)) return 'full'
        if (service.familyOf(backend.name) !== family) return 'other-family'
        if (chosen.has(backend.name)) return 'beaten'
        return backend.backup === asked ? 'not-eligible' : 'other-tier'
      })()
      const isCompared = standing === 'picked' || standing === 'beaten'
      return {
        name: backend.name,
        tier: backend.backup ? 'backup' : 'primary',
        standing,
        score: isCompared ? score(backend.name) : undefined,
        active,
      }
    }),
  }
}

interface Chosen {
  readonly picked: string | undefined
  readonly rule: string | undefined
  readonly score: (name: string) => number
}

function choiceOf(service: KernelService, family: Family, { address }: Client): Chosen {
  const chances = service.chances(family)
  const score = (name: string): number => chances.get(name) ?? 0
  if (chances.size === 0) return { picked: undefined, rule: undefined, score }
  const turn = service.turn(family)
  if (service.service.balance === 'round-robin' && turn !== undefined) {
    const rule = `the kernel takes turns, ${turn.ring.length} in a round: the score is its part of them`
    return { picked: service.nameOf(turn.next), rule, score }
  }
  const slot = slotOf(address)
  const owner = service.service.balance === 'ip-hash' ? service.ownerOf(family, slot) : undefined
  if (owner !== undefined) {
    const rule = `it has slot ${slot} of ${SLOTS}, where the client's address hashes to: the score is its part of the slots`
    return { picked: owner, rule, score }
  }
  const [likeliest] = [...chances].sort((a, b) => b[1] - a[1])
  const rule =
    'the kernel spreads clients by shares that follow what is measured: the score is the share that it has now'
  return { picked: likeliest?.[0], rule, score }
}
