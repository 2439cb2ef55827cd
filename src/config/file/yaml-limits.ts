import { CST, Lexer } from 'yaml'
import { DEEPEST, MOST_VALUES, TOO_DEEP } from './limits.js'

/** The tokens that a text may have; each value takes a few. */
const MOST_TOKENS = 6 * MOST_VALUES

/** The aliases that a text may have. */
const MOST_ALIASES = 1000

const OPENING: ReadonlySet<string | null> = new Set(['flow-map-start', 'flow-seq-start'])
const CLOSING: ReadonlySet<string | null> = new Set(['flow-map-end', 'flow-seq-end'])
const INDICATORS: ReadonlySet<string | null> = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind'])

/**
 * What makes a text too much to be parsed, undefined = nothing. Only splits it into tokens: what comes after that calls
 * itself for each level, and takes minutes or all memory for a text that was made for it.
 */
export function yamlExcess(text: string): string | undefined {
  let tokens = 0
  let aliases = 0
  let flow = 0
  let onLine = 0
  let isScalar = false
  const indents: number[] = []
  let isLineStart = true
  for (const token of new Lexer().lex(text)) {
    if (++tokens > MOST_TOKENS) return `more than ${MOST_TOKENS} tokens`
    const type: string | null = isScalar ? 'scalar' : CST.tokenType(token)
    isScalar = type === 'scalar' && token === CST.SCALAR
    if (isLineStart && flow === 0) {
      const indent = type === 'space' ? token.length : 0
      while ((indents.at(-1) ?? -1) >= indent) indents.pop()
      indents.push(indent)
      onLine = 0
    }
    isLineStart = type === 'newline'
    if (type === 'alias' && ++aliases > MOST_ALIASES) return `more than ${MOST_ALIASES} aliases`
    if (OPENING.has(type)) flow++
    if (CLOSING.has(type) && flow > 0) flow--
    if (INDICATORS.has(type) && flow === 0) onLine++
    if (flow + onLine + indents.length > DEEPEST) return TOO_DEEP
  }
  return undefined
}
