import { ConfigError } from './config-error.js'

/** The keys a spec may have after its first part: `key=value`, or `key` alone. */
export interface Keys {
  readonly valued: readonly string[]
  readonly bare: readonly string[]
}

/** The parts of `a,b=c`. A comma inside a part is written `\,`; every other backslash stays. */
export function splitSpec(text: string): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === ',') {
      parts.push(part)
      part = ''
    } else if (character === '\\') {
      const next = text.charAt(++index)
      part += next === ',' ? next : character + next
    } else {
      part += character
    }
  }
  return [...parts, part]
}

/** The fields by key, those without a value as ''. Each key at most once, and none that is not known. */
export function readFields(
  path: string,
  spec: string,
  parts: readonly string[],
  keys: Keys,
): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    const key = equals < 0 ? part : part.slice(0, equals)
    const problem = fields.has(key)
      ? `${key} is given twice`
      : wrongField(key, part.slice(key.length + 1), equals, keys)
    if (problem !== undefined) throw new ConfigError(path, spec, problem)
    fields.set(key, part.slice(key.length + 1))
  }
  return fields
}

function wrongField(key: string, value: string, equals: number, keys: Keys): string | undefined {
  if (keys.valued.includes(key)) return value === '' ? `${key} needs a value (${key}=…)` : undefined
  if (keys.bare.includes(key)) return equals < 0 ? undefined : `${key} takes no value`
  if (key === '') return 'an empty part (a comma too many?)'
  const known = [...keys.valued, ...keys.bare]
  return `unknown key ${JSON.stringify(key)} (${known.length > 0 ? `known: ${known.join(', ')}` : 'it takes none'})`
}
