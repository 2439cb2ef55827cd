import { isAlias, isMap, isSeq, LineCounter, parseDocument, type ParsedNode } from 'yaml'
import { addKey, formatPosition, MOST_VALUES, TOO_MANY, type Position } from './limits.js'
import { yamlExcess } from './yaml-limits.js'

type Step = string | number

/** Messages may repeat parts of the text. */
const LONGEST_MESSAGE = 200

/**
 * Reads one YAML 1.2 document of plain values: no tags, no cycles, no key twice. `<<` merges maps. Throws what `fail`
 * makes of a problem, or a ConfigError for a key.
 */
export function parseYaml(text: string, fail: (problem: string) => Error): unknown {
  const excess = yamlExcess(text)
  if (excess !== undefined) throw fail(excess)
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    resolveKnownTags: false,
    stringKeys: true,
    // Every key would be compared with every other one; addKey() looks them up.
    uniqueKeys: false,
  })
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const words =
      problem.code === 'MULTIPLE_DOCS' ? 'a second document' : problem.message.slice(0, LONGEST_MESSAGE)
    throw fail(`${formatPosition(position(problem.pos[0]))}: ${words}`)
  }
  new Inspection(position, fail).visit(document.contents, [])
  // What the aliases add up to is known by now.
  return document.toJS({ maxAliasCount: -1 })
}

/** Looks at every value as often as aliases repeat it. */
class Inspection {
  readonly #position: (offset: number) => Position
  readonly #fail: (problem: string) => Error
  readonly #anchors = new Map<string, ParsedNode>()
  readonly #open = new Set<ParsedNode>()
  #values = 0

  constructor(position: (offset: number) => Position, fail: (problem: string) => Error) {
    this.#position = position
    this.#fail = fail
  }

  visit(node: ParsedNode | null, steps: readonly Step[]): void {
    if (++this.#values > MOST_VALUES) throw this.#fail(TOO_MANY)
    if (isAlias(node)) this.#visitAlias(node, this.#anchors.get(node.source), steps)
    else if (isMap(node))
      this.#visitInside(node, () => {
        const seen = new Set<string>()
        for (const { key, value } of node.items) {
          const name = key.toString()
          addKey(seen, name, steps, () => this.#positionOf(key))
          this.visit(value, [...steps, name])
          if (name === '<<') this.#checkMerge(key, value)
        }
      })
    else if (isSeq(node))
      this.#visitInside(node, () => {
        for (const [index, item] of node.items.entries()) this.visit(item, [...steps, index])
      })
    else if (node !== null) this.#remember(node)
  }

  /** What is merged must be a map or a list of maps: the library throws for anything else. */
  #checkMerge(key: ParsedNode, value: ParsedNode | null): void {
    const merged = this.#targetOf(value)
    const maps = isSeq(merged) ? merged.items.map(item => this.#targetOf(item)) : [merged]
    if (maps.every(isMap)) return
    throw this.#fail(`${formatPosition(this.#positionOf(key))}: << takes a map, or a list of maps`)
  }

  /** What a node is, or stands for: it was visited before. */
  #targetOf(node: ParsedNode | null): ParsedNode | null | undefined {
    return isAlias(node) ? this.#anchors.get(node.source) : node
  }

  #visitInside(node: ParsedNode, visit: () => void): void {
    this.#remember(node)
    this.#open.add(node)
    visit()
    this.#open.delete(node)
  }

  #visitAlias(alias: ParsedNode, target: ParsedNode | undefined, steps: readonly Step[]): void {
    const at = formatPosition(this.#positionOf(alias))
    if (target === undefined) throw this.#fail(`${at}: no anchor of this name before the alias`)
    if (this.#open.has(target)) throw this.#fail(`${at}: the alias is inside of what it stands for`)
    this.visit(target, steps)
  }

  #remember(node: ParsedNode): void {
    const { anchor } = node
    if (anchor === undefined) return
    const other = this.#anchors.get(anchor)
    if (other !== undefined && other !== node) {
      throw this.#fail(`${formatPosition(this.#positionOf(node))}: the anchor ${anchor} is given twice`)
    }
    this.#anchors.set(anchor, node)
  }

  #positionOf(node: ParsedNode): Position {
    return this.#position(node.range[0])
  }
}
