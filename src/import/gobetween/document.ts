import type { Notes } from '../notes.js'
import { jsonLines, tomlLines, type LineOf } from './lines.js'

/** A table of TOML or an object of JSON. */
export type Table = Readonly<Record<string, unknown>>

/** What the file holds, and where. */
export interface Document {
  readonly root: Table
  /** The line of a key by its path, undefined when it was not found. */
  readonly lineOf: LineOf
}

/** Reads TOML, or JSON when the text begins with a brace. Throws an ImportError for what is neither. */
export async function readDocument(text: string, notes: Notes): Promise<Document> {
  return text.trimStart().startsWith('{') ? readJson(text, notes) : await readToml(text, notes)
}

function readJson(text: string, notes: Notes): Document {
  try {
    return { root: asTable(JSON.parse(text)) ?? {}, lineOf: jsonLines(text) }
  } catch (error) {
    throw notes.unreadable(undefined, firstLine(error, 'not JSON: '))
  }
}

async function readToml(text: string, notes: Notes): Promise<Document> {
  const { parse, TomlError } = await import('smol-toml')
  try {
    return { root: parse(text), lineOf: tomlLines(text) }
  } catch (error) {
    throw notes.unreadable(
      error instanceof TomlError ? error.line : undefined,
      firstLine(error, 'not TOML: '),
    )
  }
}

/** The parsers' messages go on with the lines they complain of. */
function firstLine(error: unknown, prefix: string): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return `${prefix}${first.replace(/^Invalid TOML document: /, '').slice(0, 200)}`
}

export function asTable(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined
}
