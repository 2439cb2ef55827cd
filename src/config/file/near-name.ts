/** The known name that was probably meant, undefined = none is near. Case, `-` and `_` make no difference. */
export function nearName(name: string, known: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(name.length / 3))
  const [nearest] = known
    .map(other => ({ other, distance: distance(plain(name), plain(other)) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.other
}

function plain(name: string): string {
  return name.slice(0, LONGEST).toLowerCase().replace(/[-_]/g, '')
}

/** No known name is longer. */
const LONGEST = 40

/** How many letters must be added, removed or changed to make one of the other. */
function distance(from: string, to: string): number {
  let before = Array.from({ length: to.length + 1 }, (_, index) => index)
  let last = to.length
  for (const [row, letter] of [...from].entries()) {
    last = row + 1
    const current = [last]
    for (const [column, other] of [...to].entries()) {
      const [diagonal = 0, above = 0] = before.slice(column, column + 2)
      last = Math.min(diagonal + (letter === other ? 0 : 1), above + 1, last + 1)
      current.push(last)
    }
    before = current
  }
  return last
}
