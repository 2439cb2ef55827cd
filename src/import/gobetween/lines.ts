/** The line of a key by its path, such as `['servers', 'db', 'bind']`. */
export type LineOf = (path: readonly string[]) => number | undefined

const KEY = /"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+/g

/** A table's header, or one key or several with dots between them. */
const BEGINNING =
  /^\s*(?:\[\[?([^\]]+)\]|((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=)/

/** Finds the lines of tables and keys of TOML. It looks at the beginnings of lines alone. */
export function tomlLines(text: string): LineOf {
  const lines = new Map<string, number>()
  let table: readonly string[] = []
  text.split('\n').forEach((source, index) => {
    const [, header, keys] = BEGINNING.exec(source.slice(0, 500)) ?? []
    if (header !== undefined) table = readKeys(header)
    if (header !== undefined) setFirst(lines, table, index + 1)
    if (keys !== undefined) setFirst(lines, [...table, ...readKeys(keys)], index + 1)
  })
  return path => lines.get(join(path))
}

/** Finds the lines of the keys of JSON that is known to be valid. */
export function jsonLines(text: string): LineOf {
  const lines = new Map<string, number>()
  const path: string[] = []
  let line = 1
  let last: string | undefined
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:,\n]/g)) {
    if (token === '\n') line++
    else if (token.startsWith('"')) last = token
    else if (token === ':' && last !== undefined && path.length > 0) {
      path[path.length - 1] = String(JSON.parse(last))
      if (path.length <= DEEPEST) setFirst(lines, path, line)
    } else if (token === '{' || token === '[') path.push('')
    else if (token === '}' || token === ']') path.pop()
  }
  return wanted => lines.get(join(wanted))
}

/** Deeper keys mean nothing to gobetween. */
const DEEPEST = 8

function readKeys(text: string): readonly string[] {
  return Array.from(text.matchAll(KEY), ([key]) => key.replace(/^(["'])(.*)\1$/, '$2'))
}

function setFirst(lines: Map<string, number>, path: readonly string[], line: number): void {
  const key = join(path)
  if (!lines.has(key)) lines.set(key, line)
}

function join(path: readonly string[]): string {
  return path.join('\n')
}
