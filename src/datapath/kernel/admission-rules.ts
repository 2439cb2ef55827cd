import { PROTOCOLS } from '../../core/outcome.js'
import { hex, markOf, REFUSAL_KINDS, type RefusalKind } from './marks.js'
import { WORDS, type Family, type Rules } from './rules.js'
import { chain, type NftObject, type NftSet } from './table.js'

/** Clients whose limits are known at a time. */
const MOST_CLIENTS = 65_535

/** The sets that limits are kept in. */
export function limitSets(rules: Rules, families: readonly Family[]): (readonly [string, NftSet])[] {
  const dynamic = (type: string, ...more: readonly string[]): NftSet => ({
    kind: 'set',
    spec: [
      `type ${type}`,
      `flags dynamic${more.length > 0 ? ',timeout' : ''}`,
      ...more,
      `size ${MOST_CLIENTS}`,
    ],
    elements: undefined,
  })
  const perClient = families.flatMap(family => [
    ...(rules.maxConnectionsPerClient === undefined
      ? []
      : [[clientsSet(family, rules.maxConnectionsPerClient), dynamic(WORDS[family].address)] as const]),
    ...(rules.connectionRatePerClient === undefined
      ? []
      : [
          [
            rateSet(family, rules.connectionRatePerClient),
            dynamic(WORDS[family].address, 'timeout 2m'),
          ] as const,
        ]),
  ])
  const most = new Set(rules.destinations.flatMap(({ maxConnections }) => maxConnections ?? []))
  return [...perClient, ...[...most].map(limit => [placesSet(limit), dynamic('mark')] as const)]
}

/** A set keeps the limit that its elements were made with, so each limit has a set of its own. */
function clientsSet(family: Family, limit: number): string {
  return `clients${family}_${limit}`
}

function rateSet(family: Family, { count, per }: NonNullable<Rules['connectionRatePerClient']>): string {
  return `rates${family}_${count}_${per}`
}

function placesSet(limit: number): string {
  return `places_${limit}`
}

/** The chains that turn a new flow away, one for each reason, and the one that does it. */
export function refusals({ mark }: Rules): (readonly [string, NftObject])[] {
  const refuse = [
    'ct mark @counts',
    'ct mark set 0x00000000',
    'meta l4proto tcp reject with tcp reset',
    'drop',
  ]
  return [
    ['refuse', chain(refuse)],
    ...(Object.entries(REFUSAL_KINDS) as [RefusalKind, number][]).map(([reason, kind]) => {
      const rules = PROTOCOLS.map(
        protocol => `meta l4proto ${protocol} ct mark set ${hex(markOf(mark, 0, protocol) + kind)}`,
      )
      return [refusalChain(reason), chain([...rules, 'goto refuse'])] as const
    }),
  ]
}

/** The chain to go to with a flow that is turned away. */
export function refusalChain(reason: RefusalKind): string {
  return `refuse_${reason.replace('-', '_')}`
}

/** Turns away who was given a backend that is full. */
export function limitsOfBackends({ destinations, mark }: Rules): readonly string[] {
  const byLimit = new Map<number, string[]>()
  for (const { number, maxConnections } of destinations) {
    if (maxConnections === undefined) continue
    const marks = byLimit.get(maxConnections) ?? []
    byLimit.set(maxConnections, [...marks, hex(markOf(mark, number))])
  }
  return [...byLimit].map(
    ([limit, marks]) =>
      `ct mark { ${marks.join(', ')} } add @${placesSet(limit)} { ct mark ct count over ${limit} } goto ${refusalChain('limit')}`,
  )
}

/** Turns away who is over a limit of the service, or of its own. */
export function limits(rules: Rules, families: readonly Family[]): readonly string[] {
  const {
    maxConnections,
    maxUdpSessions,
    maxConnectionsPerClient: each,
    connectionRatePerClient: rate,
  } = rules
  return [
    ...families.flatMap(family => {
      const { name, header } = WORDS[family]
      const start = `meta nfproto ${name}`
      const all: string[] = []
      if (rate !== undefined) {
        const limit = `limit rate over ${rate.count}/${rate.per} burst ${rate.count} packets`
        all.push(
          `${start} update @${rateSet(family, rate)} { ${header} saddr ${limit} } goto ${refusalChain('rate')}`,
        )
      }
      if (each !== undefined) {
        const limit = `ct count over ${each}`
        all.push(
          `${start} add @${clientsSet(family, each)} { ${header} saddr ${limit} } goto ${refusalChain('client-limit')}`,
        )
      }
      return all
    }),
    ...(Number.isFinite(maxConnections)
      ? [`meta l4proto tcp ct count over ${maxConnections} goto ${refusalChain('limit')}`]
      : []),
    ...(Number.isFinite(maxUdpSessions)
      ? [`meta l4proto udp ct count over ${maxUdpSessions} goto ${refusalChain('limit')}`]
      : []),
  ]
}
