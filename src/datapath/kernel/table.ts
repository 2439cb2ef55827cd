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

/** A set of the table. */
export function set(spec: readonly string[], elements: readonly string[]): NftSet {
  return { kind: 'set', spec, elements: new Map(elements.map(element => [element, ''])) }
}

/** A chain that others jump to. */
export function chain(rules: readonly string[]): NftChain {
  return { kind: 'chain', rules }
}

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
  return `${removeTable(table.name)}${printTable(table)}`
}

/** Commands after which there is no table of this name, whether there was one or not. */
export function removeTable(name: string): string {
  return `add table inet ${name}\ndelete table inet ${name}\n`
}

/** The names of what is in a table. */
export interface Inventory {
  readonly chains: readonly string[]
  readonly sets: readonly string[]
  readonly maps: readonly string[]
  readonly timeouts: readonly string[]
}

/**
 * Commands that make another table of one that is there with these objects, in its place: its hooks are never off, and flows
 * keep their timeouts, which they would lose with the policy. Counters begin anew; limits go on. The kernel refuses them where
 * the objects of one name are of different kinds.
 */
export function takeOverTable({ chains, sets, maps, timeouts }: Inventory, wanted: NftTable): string {
  const place = (key: string): string => `inet ${wanted.name} ${key}`
  const there = new Set([...chains, ...sets, ...maps, ...timeouts])
  const commands = chains.map(key => `flush chain ${place(key)}`)
  const surplus = (keys: readonly string[]): readonly string[] => keys.filter(key => !wanted.objects.has(key))
  for (const key of surplus(chains)) commands.push(`delete chain ${place(key)}`)
  for (const key of surplus(sets)) commands.push(`delete set ${place(key)}`)
  for (const key of surplus(maps)) commands.push(`delete map ${place(key)}`)
  for (const [key, object] of wanted.objects) {
    if (!there.has(key)) commands.push(...declaration(place(key), object))
    else if (isFilled(object)) commands.push(`flush ${object.kind} ${place(key)}`)
  }
  for (const [key, object] of wanted.objects) {
    if (object.kind === 'chain') commands.push(...object.rules.map(rule => `add rule ${place(key)} ${rule}`))
    else if (isFilled(object) && object.elements.size > 0)
      commands.push(`add element ${place(key)} { ${listOf(object.elements)} }`)
  }
  return commands.map(command => `${command}\n`).join('')
}

function isFilled(object: NftObject): object is NftSet & { readonly elements: ReadonlyMap<string, string> } {
  return object.kind !== 'chain' && object.kind !== 'ct timeout' && object.elements !== undefined
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
    // Flows would lose their timeouts with the policy that they were given.
    if (!after.objects.has(key) && kind !== 'ct timeout') remove.push(`delete ${kind} ${place(key)}`)
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
  if (before === after) return { removed, added, reached: after, count: 0, isAll: true }
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
  // What is the same is to be known as the same the next time.
  return { removed, added, reached: count <= most ? after : reached, count, isAll: count <= most }
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
