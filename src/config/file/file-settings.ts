import type { Given, Settings } from '../given.js'
import { formatPath } from '../paths.js'

type Values = Readonly<Record<string, unknown>>

/**
 * The values of a part of a file as settings; those of a map in it as `map.key`.
 *
 * @param base the way to the part
 */
export function fileSettings(values: Values, base: readonly (string | number)[]): Settings {
  const place = (key: string): { readonly path: string } => ({
    path: formatPath([...base, ...key.split('.')]),
  })
  const given = new Map<string, Given>()
  const add = (prefix: string, part: Values): void => {
    for (const [name, value] of Object.entries(part)) {
      const key = prefix + name
      if (isMap(value)) add(`${key}.`, value)
      else given.set(key, { ...place(key), text: textOf(value) })
    }
  }
  add('', values)
  return { given, place }
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as a flag would have it. */
function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
