import type { Notes } from '../notes.js'

/** A word, or what ends a directive. */
export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly line: number }
  | { readonly kind: ';' | '{' | '}'; readonly line: number }

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

const PLAIN = /[^\s;{}\\$]+/y
const QUOTED = { '"': /[^"\\]+/y, "'": /[^'\\]+/y } as const

/** The tokens of a file of nginx: words may be quoted, `${name}` is part of a word, `#` before a word begins a comment. */
export function* readTokens(text: string, notes: Notes): Generator<Token> {
  let line = 1
  let index = 0
  while (index < text.length) {
    const character = text.charAt(index)
    if (character === '\n') line++
    if (/\s/.test(character)) index++
    else if (character === '#') {
      const end = text.indexOf('\n', index)
      index = end < 0 ? text.length : end
    } else if (character === ';' || character === '{' || character === '}') {
      yield { kind: character, line }
      index++
    } else {
      const word = character === '"' || character === "'" ? readQuoted(text, index) : readPlain(text, index)
      if (word === undefined) throw notes.unreadable(line, `a ${character} is not closed`)
      yield { kind: 'word', text: word.text, line }
      line += text.slice(index, word.end).split('\n').length - 1
      index = word.end
    }
  }
}

interface Word {
  readonly text: string
  /** Where the next token may begin. */
  readonly end: number
}

/** undefined when the quote is not closed. */
function readQuoted(text: string, start: number): Word | undefined {
  const quote = text.charAt(start) as keyof typeof QUOTED
  let word = ''
  let index = start + 1
  while (index < text.length) {
    const character = text.charAt(index)
    if (character === quote) return { text: word, end: index + 1 }
    if (character === '\\') {
      const next = text.charAt(index + 1)
      word += /["'\\]/.test(next) ? next : (ESCAPES[next] ?? character + next)
      index += 2
    } else {
      const run = match(QUOTED[quote], text, index)
      word += run
      index += run.length
    }
  }
  return undefined
}

function readPlain(text: string, start: number): Word {
  let word = ''
  let index = start
  while (index < text.length) {
    const character = text.charAt(index)
    const braced = character === '$' ? match(/\$\{\w*\}?/y, text, index) : ''
    const run = braced === '' ? match(PLAIN, text, index) : braced
    if (run !== '') {
      word += run
      index += run.length
    } else if (character === '$') {
      word += character
      index++
    } else if (character === '\\') {
      word += text.charAt(index + 1)
      index += 2
    } else break
  }
  return { text: word, end: index }
}

function match(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0] ?? ''
}
