/** The longer of several timeouts, of which 0 is never; undefined when none is given. */
export function longest(...timeouts: readonly (number | undefined)[]): number | undefined {
  const given = timeouts.filter(timeout => timeout !== undefined)
  if (given.length === 0) return undefined
  return given.includes(0) ? 0 : Math.max(...given)
}

/** The value, where 0 means that there is none. */
export function aboveZero(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value
}
