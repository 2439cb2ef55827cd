import { kebabCase } from './flag-values.js'
import type { Given, Settings } from './given.js'

/** The fields of a spec such as `HOST:PORT,max-connections=5` as settings; a key that stands alone is `on`. */
export function specSettings(
  path: string,
  spec: string,
  fields: ReadonlyMap<string, string>,
  bare: readonly string[],
): Settings {
  const whole = { path, text: spec }
  const keyOf = (field: string): string => field.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const given = new Map<string, Given>()
  for (const [field, text] of fields) {
    given.set(keyOf(field), { path: field, text: bare.includes(field) ? 'on' : text, whole })
  }
  return { given, place: key => ({ path: kebabCase(key), whole }) }
}
