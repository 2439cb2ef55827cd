import { refusalChain } from './admission-rules.js'
import type { Choice, Share } from './choice.js'
import { hex, markOf } from './marks.js'
import { WORDS, type Family, type Rules } from './rules.js'
import { set, type NftSet } from './table.js'

/** Whom slots belong to, who inherits them, and who of these is there. */
export function slotMaps(
  family: Family,
  { first, second, shares }: Extract<Choice, { kind: 'slots' }>,
  { mark }: Rules,
): (readonly [string, NftSet])[] {
  const map = (slots: readonly number[]): NftSet => ({
    kind: 'map',
    spec: [`typeof ${hashOf(family, slots.length)} : ct mark`],
    elements: new Map(
      slots.flatMap((number, slot) =>
        number === 0 ? [] : [[String(slot), hex(markOf(mark, number))] as const],
      ),
    ),
    isGradual: true,
  })
  return [
    [`slots${family}`, map(first)],
    [`heirs${family}`, map(second)],
    // Slots may belong to a number that is not even known any more.
    [
      `present${family}`,
      set(
        ['type mark'],
        shares.map(({ number }) => hex(markOf(mark, number))),
      ),
    ],
  ]
}

/** Writes the number of a backend into the mark of a new flow. */
export function choiceRules(family: Family, choice: Choice, mark: number): readonly string[] {
  const value = (number: number): string => hex(markOf(mark, number))
  // Where a map is looked up that was replaced that very moment, nothing is found: the rule behind it needs none.
  const take = (number: number): string => `ct mark set ${value(number)} goto given`
  switch (choice.kind) {
    case 'none':
      return [`goto ${refusalChain('no-backend')}`]
    case 'turns': {
      const [only = 0] = choice.ring
      if (choice.ring.length === 1) return [take(only)]
      const turns = choice.ring.map((number, turn) => `${turn} : ${value(number)}`)
      const rule = `ct mark set numgen inc mod ${choice.ring.length} map { ${turns.join(', ')} } goto given`
      return [rule, take(only)]
    }
    case 'shares':
      return drawn(choice.shares, value, take)
    case 'slots': {
      const look = (map: string): readonly string[] => [
        `ct mark set ${hashOf(family, choice.first.length)} map @${map}${family}`,
        `ct mark @present${family} goto given`,
      ]
      return [...look('slots'), ...look('heirs'), ...drawn(choice.shares, value, take)]
    }
  }
}

function drawn(
  shares: readonly Share[],
  value: (number: number) => string,
  take: (number: number) => string,
): readonly string[] {
  const [most] = [...shares].sort((a, b) => b.parts - a.parts)
  if (most === undefined) return [`goto ${refusalChain('no-backend')}`]
  if (shares.length === 1) return [take(most.number)]
  let start = 0
  const ranges = shares.map(({ number, parts }) => {
    const [first, last] = [start, (start += parts) - 1]
    return `${first === last ? first : `${first}-${last}`} : ${value(number)}`
  })
  return [`ct mark set numgen random mod ${start} map { ${ranges.join(', ')} } goto given`, take(most.number)]
}

/** The slot of a client, as `slotOf` of ip-hash computes it: the kernel scales the hash to the number of slots. */
function hashOf(family: Family, slots: number): string {
  return `jhash ${WORDS[family].header} saddr mod ${slots} seed 0x0`
}
