/** A set, or a map if its elements have values. Keys and values are as nftables reads them. */
export interface NftSet {
  readonly kind: 'set' | 'map'
  /** What stands before the elements, a line each: type, flags. The same for as long as the set lives. */
  readonly spec: readonly string[]
  /** undefined = the ruleset itself adds and removes its elements. */
  readonly elements: ReadonlyMap<string, string> | undefined
  /** Its elements may be brought up to date bit by bit, because what they say is right in any mixture. */
  readonly isGradual?: boolean
}

export interface NftChain {
  readonly kind: 'chain'
  /** Where the kernel calls it, such as `type nat hook prerouting priority -100; policy accept;`. */
  readonly hook?: string
  readonly rules: readonly string[]
}

/** A policy of timeouts; it never changes, another one has another name. */
export interface NftTimeout {
  readonly kind: 'ct timeout'
  readonly spec: readonly string[]
}

export type NftObject = NftSet | NftChain | NftTimeout

/** A table of the family inet, as data. Objects stand before those that name them. */
export interface NftTable {
  readonly name: string
  readonly comment: string
  readonly objects: ReadonlyMap<string, NftObject>
}

/** The table in the words of nftables. */
export function printTable({ name, comment, objects }: NftTable): string {
  const blocks = [...objects].map(([key, object]) => printObject(key, object))
  return [
    `table inet ${name} {`,
    `\tcomment "${comment}"`,
    ...blocks.map(block => `\n${block}`),
    '}',
    '',
  ].join('\n')
}

/** Commands that put a table in the place of whatever has its name. */
export function replaceTable(table: NftTable): string {
  return `add table inet ${table.name}\n${deleteTable(table.name)}${printTable(table)}`
}

export function deleteTable(name: string): string {
  return `delete table inet ${name}\n`
}

/** A step from one table to another. */
export interface Step {
  /** To be done at once; empty when there is nothing to do. */
  readonly commands: string
  /** The table after it. */
  readonly reached: NftTable
  /** Whether that is all there is to do. */
  readonly isLast: boolean
}

/**
 * The commands that make one table of another of the same name: only what differs is touched, so that counters, limits and
 * turns of the rest go on.
 *
 * @param most elements of gradual sets that one step may change
 */
export function stepTo(before: NftTable, after: NftTable, most: number): Step {
  const reached = new Map<string, NftObject>(after.objects)
  const make: string[] = []
  const fill: string[] = []
  const remove: string[] = []
  let left = most
  let isLast = true
  const place = (key: string): string => `inet ${after.name} ${key}`
  for (const [key, object] of after.objects) {
    const old = before.objects.get(key)
    if (old === undefined) make.push(...declaration(place(key), object))
    if (object.kind === 'chain') {
      const rules = old?.kind === 'chain' ? old.rules : []
      if (!areSame(rules, object.rules)) {
        fill.push(`flush chain ${place(key)}`)
        fill.push(...object.rules.map(rule => `add rule ${place(key)} ${rule}`))
      }
    } else if (object.kind !== 'ct timeout' && object.elements !== undefined) {
      const known =
        old !== undefined && 'elements' in old ? (old.elements ?? new Map<string, string>()) : new Map()
      const isGradual = object.isGradual === true && old !== undefined
      const change = changeOf(known, object.elements, isGradual ? left : Infinity)
      if (isGradual) left -= Math.min(left, change.count)
      if (!change.isAll) isLast = false
      fill.push(...elementCommands(place(key), change))
      reached.set(key, { ...object, elements: change.reached })
    }
  }
  for (const [key, { kind }] of [...before.objects].reverse())
    if (!after.objects.has(key)) remove.push(`delete ${kind} ${place(key)}`)
  return {
    commands: [...make, ...fill, ...remove].map(command => `${command}\n`).join(''),
    reached: { ...after, objects: reached },
    isLast,
  }
}

function printObject(key: string, object: NftObject): string {
  const head = `\t${object.kind} ${key} {`
  if (object.kind === 'chain') {
    const lines = object.hook === undefined ? object.rules : [object.hook, ...object.rules]
    return [head, ...lines.map(line => `\t\t${line}`), '\t}'].join('\n')
  }
  const elements = object.kind === 'ct timeout' ? undefined : object.elements
  const shown = elements === undefined || elements.size === 0 ? [] : [`elements = { ${listOf(elements)} }`]
  return [head, ...[...object.spec, ...shown].map(line => `\t\t${line}`), '\t}'].join('\n')
}

/** The commands that make an object that holds nothing yet. */
function declaration(place: string, object: NftObject): readonly string[] {
  const body = object.kind === 'chain' ? (object.hook === undefined ? [] : [object.hook]) : object.spec
  const text = body.map(line => (/[;}]$/.test(line) ? line : `${line};`)).join(' ')
  return [`add ${object.kind} ${place}${text === '' ? '' : ` { ${text} }`}`]
}

interface Change {
  readonly removed: ReadonlyMap<string, string>
  readonly added: ReadonlyMap<string, string>
  readonly reached: ReadonlyMap<string, string>
  readonly count: number
  readonly isAll: boolean
}

function changeOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  most: number,
): Change {
  const removed = new Map<string, string>()
  const added = new Map<string, string>()
  const reached = new Map(before)
  let count = 0
  for (const [key, value] of after) {
    const old = before.get(key)
    if (old === value) continue
    if (count++ >= most) break
    if (old !== undefined) removed.set(key, old)
    added.set(key, value)
    reached.set(key, value)
  }
  for (const [key, value] of before) {
    if (count > most) break
    if (after.has(key)) continue
    if (count++ >= most) break
    removed.set(key, value)
    reached.delete(key)
  }
  return { removed, added, reached, count, isAll: count <= most }
}

function elementCommands(place: string, { removed, added }: Change): readonly string[] {
  return [
    ...(removed.size > 0 ? [`delete element ${place} { ${[...removed.keys()].join(', ')} }`] : []),
    ...(added.size > 0 ? [`add element ${place} { ${listOf(added)} }`] : []),
  ]
}

function listOf(elements: ReadonlyMap<string, string>): string {
  return [...elements].map(([key, value]) => (value === '' ? key : `${key} : ${value}`)).join(', ')
}

function areSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index])
}
