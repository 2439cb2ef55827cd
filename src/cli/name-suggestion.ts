const MOST_LISTED = 8

/** What there is instead of an unknown name: ` (did you mean db1? there are db1 and db2)`. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return ' (there is none)'
  const listed = known.slice(0, MOST_LISTED)
  const more = known.length - listed.length
  const list = more > 0 ? `${listed.join(', ')} and ${more} more` : enumerate(listed)
  const near = nearest(name, known)
  const question = near === undefined ? '' : `did you mean ${near}? `
  return ` (${question}there ${known.length === 1 ? 'is' : 'are'} ${list})`
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** The known name with the fewest changed characters, if they are few for its length. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map(candidate => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length * 0.4)))
    .sort((a, b) => a.distance - b.distance)
  return best?.candidate
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column++) {
      const swap = (row[column - 1] ?? 0) + (character === other[column - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
