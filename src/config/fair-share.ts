/** One item and what it was given. */
export interface Share<T> {
  readonly item: T
  readonly part: number
}

/**
 * Shares `budget` so that nobody gets more than it wants, and whoever gets less than it wants gets as much as anyone.
 * The modest ones come first in the result.
 */
export function shareFairly<T>(
  budget: number,
  items: readonly T[],
  want: (item: T) => number,
): readonly Share<T>[] {
  let left = budget
  return [...items]
    .sort((a, b) => want(a) - want(b))
    .map((item, index) => {
      const part = Math.min(want(item), left / (items.length - index))
      left -= part
      return { item, part }
    })
}
