import { RulesetError } from './errors.js'
import { run, runWell } from './programs.js'
import type { Inventory } from './table.js'

/** How often something was matched, and the bytes of those packets with their headers. */
export interface Counter {
  readonly packets: number
  readonly bytes: number
}

/** Carries out commands in one transaction: all or none of them. Rejects with a {@link RulesetError}. */
export async function apply(commands: string): Promise<void> {
  const { exit, stderr } = await run('nft', ['-f', '-'], { input: commands })
  if (exit !== 0) throw new RulesetError(firstLine(stderr))
}

/** Whether the kernel would take a ruleset: why not, in its own words, or undefined. */
export async function refusalOf(commands: string): Promise<string | undefined> {
  const { exit, stderr } = await run('nft', ['-c', '-f', '-'], { input: commands })
  return exit === 0 ? undefined : firstLine(stderr)
}

/** What there is in a table of the family inet; undefined = there is none. */
export async function inventoryOf(name: string): Promise<Inventory | undefined> {
  const { exit, stdout } = await run('nft', ['-j', 'list', 'table', 'inet', name])
  if (exit !== 0) return undefined
  const { nftables = [] } = JSON.parse(stdout) as { nftables?: readonly Readonly<Record<string, unknown>>[] }
  const named = (kind: string): readonly string[] =>
    nftables.flatMap(entry => (entry[kind] as { readonly name?: string } | undefined)?.name ?? [])
  return {
    chains: named('chain'),
    sets: named('set'),
    maps: named('map'),
    timeouts: named('ct timeout'),
  }
}

/** The counters of a set whose elements have one each, by their keys; rejects when the table is not there. */
export async function readCounters(table: string, set: string): Promise<ReadonlyMap<number, Counter>> {
  const counters = new Map<number, Counter>()
  for (const element of await elementsOf(['set', 'inet', table, set])) {
    const { val, counter } = (element as { elem?: { val?: unknown; counter?: Counter } }).elem ?? {}
    if (typeof val === 'number' && counter !== undefined) counters.set(val, counter)
  }
  return counters
}

/** The keys of a map from marks to addresses and ports, and their values as `host port`; none when it is not there. */
export async function readEndpoints(table: string, map: string): Promise<ReadonlyMap<number, string>> {
  const endpoints = new Map<number, string>()
  const elements = await elementsOf(['map', 'inet', table, map]).catch(() => [])
  for (const element of elements) {
    if (!Array.isArray(element)) continue
    const [key, value] = element as [unknown, { concat?: unknown }]
    const [host, port] = Array.isArray(value.concat) ? (value.concat as unknown[]) : []
    if (typeof key === 'number') endpoints.set(key, `${String(host)} ${String(port)}`)
  }
  return endpoints
}

/** What is asked for has to be one set or map: nft reads all others, however large, for any other question. */
async function elementsOf(what: readonly string[]): Promise<readonly unknown[]> {
  const listed = JSON.parse(await runWell('nft', ['-j', 'list', ...what])) as { nftables?: unknown[] }
  return (listed.nftables ?? []).flatMap(entry => {
    const object = (entry as { set?: Listed; map?: Listed }).set ?? (entry as { map?: Listed }).map
    return object?.elem ?? []
  })
}

interface Listed {
  readonly elem?: readonly unknown[]
}

function firstLine(stderr: string): string {
  const [line = 'nft failed'] = stderr.split('\n').filter(text => text !== '')
  return line.replace(/^[^:\s]*:\d+:\d+-\d+: /, '').replace(/^Error: /, '')
}
