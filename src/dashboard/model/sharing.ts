/** `next`, with every part that equals that of `previous` replaced by it: what is identical needs not be drawn again. */
export function shared<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next
  if (Array.isArray(next)) return sharedList(Array.isArray(previous) ? previous : [], next) as T
  if (!isRecord(next)) return next
  const known = isRecord(previous) ? previous : {}
  const made: Record<string, unknown> = {}
  let same = isRecord(previous) && Object.keys(previous).length === Object.keys(next).length
  for (const [key, value] of Object.entries(next)) {
    made[key] = shared(known[key], value)
    same &&= key in known && Object.is(made[key], known[key])
  }
  return (same ? previous : made) as T
}

/** Parts with a name are compared with those of the same name, wherever they stand. */
function sharedList(previous: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byName = new Map(
    previous.flatMap(part => (nameOf(part) === undefined ? [] : [[nameOf(part), part] as const])),
  )
  const made = next.map((part, index) => {
    const name = nameOf(part)
    return shared(name === undefined ? previous[index] : byName.get(name), part)
  })
  const same =
    previous.length === next.length && made.every((part, index) => Object.is(part, previous[index]))
  return same ? previous : made
}

function nameOf(part: unknown): string | undefined {
  return isRecord(part) && typeof part['name'] === 'string' ? part['name'] : undefined
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
