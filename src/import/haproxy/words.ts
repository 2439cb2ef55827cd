/** The words of a line, or why it has none. */
export type Line = { readonly words: readonly string[] } | { readonly problem: string }

type Variables = ReadonlyMap<string, string>

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const VARIABLE = /^\$(?:\{(\w+)(?:\[\*\])?(?:-([^}"]*))?\}|(\w+))/

/**
 * Splits a line as HAProxy does: `'…'` is taken as it is, in `"…"` and outside a backslash escapes, and `#` begins a
 * comment. Variables stand in `"…"` alone.
 *
 * @param variables those that the file itself sets
 */
export function splitLine(line: string, variables: Variables): Line {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index)
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (quote === '' && character === '#') {
      break
    } else if (character === quote) {
      quote = ''
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character
      word ??= ''
    } else if (character === '\\' && quote !== "'") {
      const [taken, length] = readEscape(line.slice(index + 1, index + 4))
      word = (word ?? '') + taken
      index += length
    } else if (character === '$' && quote === '"') {
      const [whole, braced, fallback, bare] = VARIABLE.exec(line.slice(index, index + 1000)) ?? []
      const name = braced ?? bare
      if (whole === undefined || name === undefined) return { problem: 'a variable has no name' }
      const value = variables.get(name) ?? fallback
      if (value === undefined)
        return { problem: `the environment variable ${name} is not known here: write its value` }
      word = (word ?? '') + value
      index += whole.length - 1
    } else {
      word = (word ?? '') + character
    }
  }
  if (quote !== '') return { problem: `a ${quote} is not closed` }
  if (word !== undefined) words.push(word)
  return { words }
}

/** What an escape stands for, and how long it is without its backslash. */
function readEscape(after: string): readonly [text: string, length: number] {
  const [hex] = /^x[0-9a-f]{2}/i.exec(after) ?? []
  if (hex !== undefined) return [String.fromCharCode(Number.parseInt(hex.slice(1), 16)), 3]
  const character = after.charAt(0)
  return [ESCAPES[character] ?? character, 1]
}
