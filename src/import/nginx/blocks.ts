import type { Notes } from '../notes.js'
import { readTokens } from './tokens.js'

/** A directive with its arguments, and with what its braces hold. */
export interface Directive {
  /** Counted from 1. */
  readonly line: number
  readonly name: string
  readonly args: readonly string[]
  /** undefined when it ends with a semicolon. */
  readonly block: readonly Directive[] | undefined
}

const DEEPEST = 100

/** The directives of a file. Throws an ImportError for braces and semicolons that do not fit. */
export function readBlocks(text: string, notes: Notes): readonly Directive[] {
  const root: Directive[] = []
  const open: { readonly line: number; readonly block: Directive[] }[] = [{ line: 0, block: root }]
  let words: string[] = []
  let line = 0
  for (const token of readTokens(text, notes)) {
    if (token.kind === 'word') {
      if (words.length === 0) line = token.line
      words.push(token.text)
      continue
    }
    const parent = open.at(-1)
    const [name, ...args] = words
    if (parent === undefined) throw notes.unreadable(token.line, 'a } too many')
    if (token.kind === '}') {
      if (name !== undefined) throw notes.unreadable(line, `there is no ; after ${name}`)
      if (open.length === 1) throw notes.unreadable(token.line, 'a } too many')
      open.pop()
    } else {
      if (name === undefined) throw notes.unreadable(token.line, `nothing stands before ${token.kind}`)
      const block: Directive[] | undefined = token.kind === '{' ? [] : undefined
      parent.block.push({ line, name, args, block })
      if (block !== undefined) open.push({ line, block })
      if (open.length > DEEPEST) throw notes.unreadable(line, `blocks are nested more than ${DEEPEST} deep`)
    }
    words = []
  }
  const unclosed = open.at(-1)
  if (words[0] !== undefined) throw notes.unreadable(line, `there is no ; after ${words[0]}`)
  if (open.length > 1) throw notes.unreadable(unclosed?.line, 'a { is not closed')
  return root
}
