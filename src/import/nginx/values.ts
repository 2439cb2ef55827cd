const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
}

const TIME = /^(?:\d+(?:ms|[smhdwMy])\s*)*(?:\d+)?$/

/** Milliseconds of `10s`, `1h 30m` or `10`, whose unit is the second; undefined when it is no time. */
export function readTime(text: string): number | undefined {
  if (text === '' || text.length > 100 || !TIME.test(text)) return undefined
  let millis = 0
  for (const [, amount, unit = 's'] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) {
    millis += Number(amount) * (UNITS[unit] ?? 0)
  }
  return millis
}

/** A whole number, undefined when it is none. */
export function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/** The parameters of a directive: `weight=2` by their keys, and those without a value as ''. */
export function readParameters(args: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    args.map(arg => {
      const equals = arg.indexOf('=')
      return equals < 0 ? [arg, ''] : [arg.slice(0, equals), arg.slice(equals + 1)]
    }),
  )
}

/** Whether nginx would fill in something while it runs. */
export function hasVariable(text: string): boolean {
  return /\$[\w{]/.test(text)
}
