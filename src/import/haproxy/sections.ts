import type { Notes } from '../notes.js'
import { splitLine } from './words.js'

/** A line with something on it. */
export interface Statement {
  /** Counted from 1. */
  readonly line: number
  readonly words: readonly string[]
}

export interface Section {
  readonly kind: string
  /** '' when it has none. */
  readonly name: string
  /** The `defaults` section named after `from`. */
  readonly from: string | undefined
  readonly line: number
  readonly statements: readonly Statement[]
}

const SECTIONS: ReadonlySet<string> = new Set([
  'global',
  'defaults',
  'listen',
  'frontend',
  'backend',
  'peers',
  'resolvers',
  'userlist',
  'mailers',
  'cache',
  'program',
  'http-errors',
  'ring',
  'log-forward',
  'log-profile',
  'fcgi-app',
  'crt-store',
  'traces',
  'acme',
])

/** The sections of a file in their order. What stands outside of them, or under a condition, is told of. */
export function readSections(text: string, notes: Notes): readonly Section[] {
  const sections: Section[] = []
  const variables = new Map<string, string>()
  let current: Statement[] | undefined
  let conditions = 0
  text.split('\n').forEach((source, index) => {
    const line = index + 1
    const read = splitLine(source, variables)
    if ('problem' in read) {
      notes.add(line, source.trim(), read.problem)
      return
    }
    const [keyword = '', ...rest] = read.words
    if (keyword === '') return
    if (keyword.startsWith('.')) {
      if (keyword === '.if') conditions++
      if (keyword === '.endif') conditions--
      if (keyword === '.if')
        notes.add(line, read.words.join(' '), 'left out up to its .endif: write what shall hold')
      return
    }
    if (conditions > 0) return
    if (SECTIONS.has(keyword)) {
      current = []
      const from = rest.indexOf('from')
      const name = from === 0 ? '' : (rest[0] ?? '')
      sections.push({
        kind: keyword,
        name,
        from: from < 0 ? undefined : rest[from + 1],
        line,
        statements: current,
      })
    } else if (current === undefined) {
      notes.add(line, read.words.join(' '), 'stands before the first section')
    } else {
      if (/^(setenv|presetenv)$/.test(keyword) && rest[0] !== undefined) variables.set(rest[0], rest[1] ?? '')
      current.push({ line, words: read.words })
    }
  })
  return sections
}
