import type { Endpoint } from '../../core/backend.js'
import type { Millis } from '../../clock.js'
import type { Choice, Share } from './choice.js'
import {
  FLOW_MASK,
  hex,
  KINDS,
  markOf,
  OVER_BIT,
  REFUSAL_KINDS,
  SERVICE_MASK,
  STATES,
  UDP_BIT,
  type Kind,
  type RefusalKind,
} from './marks.js'
import type { NftChain, NftObject, NftSet, NftTable } from './table.js'

export type Family = 4 | 6
export const FAMILIES: readonly Family[] = [4, 6]

/** A listener with its port. */
export interface Entrance {
  readonly protocol: 'tcp' | 'udp'
  /** A literal address; `*` and `::` = all addresses, `0.0.0.0` = all of IPv4. */
  readonly host: string
  readonly port: number
}

/** A backend that has flows or may have them. */
export interface Destination {
  /** Its number in marks. */
  readonly number: number
  readonly endpoint: Extract<Endpoint, { readonly kind: 'inet' }>
  /** Sessions it may have at once; undefined = any. */
  readonly maxConnections: number | undefined
}

/** Addresses from one to another, both included, as nftables writes them: `10.0.0.0-10.0.0.255`. */
export type AddressRange = string

/** All that the ruleset of a service is made of. */
export interface Rules {
  readonly service: string
  /** Its number in marks. */
  readonly mark: number
  readonly entrances: readonly Entrance[]
  readonly destinations: readonly Destination[]
  /** Whom new clients of each family get. */
  readonly choices: Readonly<Record<Family, Choice>>
  /** Backends whose TCP flows are reset, and whose datagrams are dropped, by their numbers. */
  readonly cut: readonly number[]
  readonly muted: readonly number[]
  readonly denied: Readonly<Record<Family, readonly AddressRange[]>>
  readonly maxConnections: number
  readonly maxUdpSessions: number
  readonly maxConnectionsPerClient: number | undefined
  readonly connectionRatePerClient: { readonly count: number; readonly per: 'second' | 'minute' } | undefined
  /** `client`: the client's own; `masquerade`: that of the way to the backend; else a local address. */
  readonly source:
    | { readonly kind: 'client' }
    | { readonly kind: 'masquerade' }
    | { readonly kind: 'address'; readonly address: string }
  readonly timeouts: Readonly<Record<'connect' | 'idle' | 'fin' | 'udpIdle', Millis>>
  /** Whether refusals are to be told of (`conntrack -E`). */
  readonly tellsRefusals: boolean
  /** Whether packets from and to 127.0.0.0/8 may leave the host, and come in. */
  readonly routesLoopback: boolean
}

/** The table of a service: no other one is touched. */
export function tableName(service: string): string {
  return `evenkeel_${service}`
}

/** The longest that nftables keeps a flow without a packet: its timers have 32 bits. */
const LONGEST_TIMEOUT = 2_000_000
/** Clients whose limits are known at a time. */
const MOST_CLIENTS = 65_535
/** Events of the connection table, as `ct event set` takes them: what is told of TCP before the backend answered, of a refusal, and else. */
const EVENTS = { connecting: '0x84', refused: '0x80', none: '0x200' } as const
const PRIORITIES = { arrivals: -110, translation: -100, passing: -90, source: 100 } as const

/** The words of one family. */
const WORDS = {
  4: { name: 'ipv4', header: 'ip', address: 'ipv4_addr', loopback: '127.0.0.0/8' },
  6: { name: 'ipv6', header: 'ip6', address: 'ipv6_addr', loopback: '::1' },
} as const

/** The ruleset of a service. Pure: the same rules give the same table. */
export function rulesetOf(rules: Rules): NftTable {
  const families = FAMILIES.filter(family =>
    rules.destinations.some(({ endpoint }) => endpoint.family === family),
  )
  const timeouts = timeoutsOf(rules)
  const objects: (readonly [string, NftObject])[] = [
    ...timeouts.objects,
    ['counts', once(rules, 'counts', () => countsOf(rules))],
    [
      'cut',
      set(
        ['type mark'],
        [
          ...rules.cut.map(n => hex(markOf(rules.mark, n))),
          ...rules.muted.map(n => hex(markOf(rules.mark, n, 'udp'))),
        ],
      ),
    ],
    ...families.flatMap(family => familySets(family, rules)),
    ...limitSets(rules, families),
    ...refusals(rules),
    ['given', chain([...limitsOfBackends(rules), ...given(rules, timeouts.names)])],
    ['limits', chain(limits(rules, families))],
    ...families.flatMap(family => familyChains(family, rules)),
    ['arrivals', chain(arrivals(rules, families))],
    ['translation', chain(translation(rules, families))],
    ['cut_off', chain(CUT_OFF)],
    ['refused', chain(refused(rules))],
    ['errors', chain(ERRORS)],
    ['resets', chain(RESETS)],
    ['turning', chain(turning(rules))],
    ['passing', chain(passing(rules))],
    ...hooks(rules, families),
  ]
  return {
    name: tableName(rules.service),
    comment: `evenkeel, service ${rules.service}`,
    objects: new Map(objects),
  }
}

/** By the destinations that they were made of: thousands of elements, which seldom change. */
const madeOf = new WeakMap<Rules['destinations'], Map<string, NftSet>>()

function once({ destinations, mark }: Rules, what: string, make: () => NftSet): NftSet {
  const made = madeOf.get(destinations) ?? new Map<string, NftSet>()
  madeOf.set(destinations, made)
  const key = `${mark} ${what}`
  const known = made.get(key) ?? make()
  made.set(key, known)
  return known
}

function countsOf({ mark, destinations }: Rules): NftSet {
  const keys = [
    ...destinations.flatMap(({ number }) =>
      (['tcp', 'udp'] as const).flatMap(protocol =>
        Object.values(KINDS).map(kind => markOf(mark, number, protocol) + kind),
      ),
    ),
    ...(['tcp', 'udp'] as const).flatMap(protocol =>
      Object.values(REFUSAL_KINDS).map(kind => markOf(mark, 0, protocol) + kind),
    ),
  ]
  return set(['type mark', 'counter'], keys.map(hex))
}

function familySets(family: Family, rules: Rules): (readonly [string, NftObject])[] {
  const { address } = WORDS[family]
  const choice = rules.choices[family]
  return [
    [`endpoints${family}`, once(rules, `endpoints${family}`, () => endpointsOf(family, rules))],
    ...(rules.denied[family].length > 0
      ? [[`denied${family}`, set([`type ${address}`, 'flags interval'], rules.denied[family])] as const]
      : []),
    ...(choice.kind === 'slots' ? slotMaps(family, choice, rules) : []),
  ]
}

function endpointsOf(family: Family, { destinations, mark }: Rules): NftSet {
  const elements = destinations.flatMap(({ number, endpoint }) =>
    endpoint.family === family
      ? (['tcp', 'udp'] as const).map(
          protocol => [hex(markOf(mark, number, protocol)), `${endpoint.host} . ${endpoint.port}`] as const,
        )
      : [],
  )
  return {
    kind: 'map',
    spec: [`type mark : ${WORDS[family].address} . inet_service`],
    elements: new Map(elements),
  }
}

function slotMaps(
  family: Family,
  { first, second, shares }: Extract<Choice, { kind: 'slots' }>,
  { mark }: Rules,
): (readonly [string, NftSet])[] {
  const map = (slots: readonly number[]): NftSet => ({
    kind: 'map',
    spec: [`typeof ${hashOf(family, slots.length)} : ct mark`],
    elements: new Map(
      slots.flatMap((number, slot) =>
        number === 0 ? [] : [[String(slot), hex(markOf(mark, number))] as const],
      ),
    ),
    isGradual: true,
  })
  return [
    [`slots${family}`, map(first)],
    [`heirs${family}`, map(second)],
    // Slots may belong to a number that is not even known any more.
    [
      `present${family}`,
      set(
        ['type mark'],
        shares.map(({ number }) => hex(markOf(mark, number))),
      ),
    ],
  ]
}

function limitSets(rules: Rules, families: readonly Family[]): (readonly [string, NftSet])[] {
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

function refusals({ mark }: Rules): (readonly [string, NftObject])[] {
  const refuse = [
    'ct mark @counts',
    'ct mark set 0x00000000',
    'meta l4proto tcp reject with tcp reset',
    'drop',
  ]
  return [
    ['refuse', chain(refuse)],
    ...(Object.entries(REFUSAL_KINDS) as [RefusalKind, number][]).map(([reason, kind]) => {
      const rules = (['tcp', 'udp'] as const).map(
        protocol => `meta l4proto ${protocol} ct mark set ${hex(markOf(mark, 0, protocol) + kind)}`,
      )
      return [refusalChain(reason), chain([...rules, 'goto refuse'])] as const
    }),
  ]
}

function refusalChain(reason: RefusalKind): string {
  return `refuse_${reason.replace('-', '_')}`
}

function limitsOfBackends({ destinations, mark }: Rules): readonly string[] {
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

/** A flow has its backend. */
function given(
  { tellsRefusals }: Rules,
  timeouts: Readonly<Record<'tcp' | 'udp', string>>,
): readonly string[] {
  const told = (events: string): string => (tellsRefusals ? `ct event set ${events} ` : '')
  return [
    `meta l4proto tcp ct timeout set "${timeouts.tcp}" ${told(EVENTS.connecting)}ct mark @counts`,
    `meta l4proto udp ct mark set ct mark | ${hex(UDP_BIT)} ct timeout set "${timeouts.udp}" ${told(EVENTS.none)}ct mark @counts`,
  ]
}

function limits(rules: Rules, families: readonly Family[]): readonly string[] {
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

function familyChains(family: Family, rules: Rules): (readonly [string, NftObject])[] {
  const { header } = WORDS[family]
  const arrival = [
    // Of a connection that nobody knows any more: it was cut, or the kernel forgot it.
    'meta l4proto tcp tcp flags & (fin | syn | rst | ack) != syn reject with tcp reset',
    ...(rules.denied[family].length > 0
      ? [`${header} saddr @denied${family} goto ${refusalChain('denied')}`]
      : []),
    ...(limits(rules, [family]).length > 0 ? ['jump limits'] : []),
    `goto choice${family}`,
  ]
  return [
    [`choice${family}`, chain(choiceRules(family, rules.choices[family], rules.mark))],
    [`arrival${family}`, chain(arrival)],
  ]
}

function choiceRules(family: Family, choice: Choice, mark: number): readonly string[] {
  const value = (number: number): string => hex(markOf(mark, number))
  // Where a map is looked up that was replaced that very moment, nothing is found: the rule behind it needs none.
  const take = (number: number): string => `ct mark set ${value(number)} goto given`
  switch (choice.kind) {
    case 'none':
      return [`goto ${refusalChain('no-backend')}`]
    case 'turns': {
      const [only = 0] = choice.ring
      if (choice.ring.length === 1) return [take(only)]
      const turns = choice.ring.map((number, turn) => `${turn} : ${value(number)}`)
      const rule = `ct mark set numgen inc mod ${choice.ring.length} map { ${turns.join(', ')} } goto given`
      return [rule, take(only)]
    }
    case 'shares':
      return drawn(choice.shares, value, take)
    case 'slots': {
      const look = (map: string): readonly string[] => [
        `ct mark set ${hashOf(family, choice.first.length)} map @${map}${family}`,
        `ct mark @present${family} goto given`,
      ]
      return [...look('slots'), ...look('heirs'), ...drawn(choice.shares, value, take)]
    }
  }
}

function drawn(
  shares: readonly Share[],
  value: (number: number) => string,
  take: (number: number) => string,
): readonly string[] {
  const [most] = [...shares].sort((a, b) => b.parts - a.parts)
  if (most === undefined) return [`goto ${refusalChain('no-backend')}`]
  if (shares.length === 1) return [take(most.number)]
  let start = 0
  const ranges = shares.map(({ number, parts }) => {
    const [first, last] = [start, (start += parts) - 1]
    return `${first === last ? first : `${first}-${last}`} : ${value(number)}`
  })
  return [`ct mark set numgen random mod ${start} map { ${ranges.join(', ')} } goto given`, take(most.number)]
}

/** The slot of a client, as `slotOf` of ip-hash computes it: the kernel scales the hash to the number of slots. */
function hashOf(family: Family, slots: number): string {
  return `jhash ${WORDS[family].header} saddr mod ${slots} seed 0x0`
}

function arrivals(
  { entrances, destinations, routesLoopback }: Rules,
  families: readonly Family[],
): readonly string[] {
  const stays = destinations.some(({ endpoint }) => isLoopback(endpoint.host))
  return [
    // What is known already has its way, though nobody may have answered it yet.
    'ct status & confirmed != 0 return',
    ...entrances.flatMap(({ protocol, host, port }) =>
      families
        .filter(family => isOf(family, host))
        .flatMap(family => {
          const { name, header, loopback } = WORDS[family]
          const at = `${protocol} dport ${port}`
          if (!isWildcard(host)) return [`${header} daddr ${host} ${at} goto arrival${family}`]
          // Its own address would be no good as a source where the backend is.
          const local = `meta nfproto ${name} ${at} ${header} daddr ${loopback} goto ${refusalChain('no-backend')}`
          return [
            ...(stays || routesLoopback ? [] : [local]),
            `meta nfproto ${name} ${at} fib daddr type local goto arrival${family}`,
          ]
        }),
    ),
  ]
}

export function isWildcard(host: string): boolean {
  return host === '*' || host === '::' || host === '0.0.0.0'
}

/** Whether clients of a family come to a host. */
export function isOf(family: Family, host: string): boolean {
  return host === '*' || host === '::' || host.includes(':') === (family === 6)
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}

function translation({ mark }: Rules, families: readonly Family[]): readonly string[] {
  return [
    `ct mark & ${hex(SERVICE_MASK)} != ${hex(markOf(mark, 0))} return`,
    ...families.map(
      family =>
        `meta nfproto ${WORDS[family].name} meta l4proto { tcp, udp } dnat ${WORDS[family].header} to ct mark map @endpoints${family}`,
    ),
  ]
}

const CUT_OFF: readonly string[] = [
  // Its own resets come by here as well.
  'tcp flags & rst == rst accept',
  'meta l4proto tcp reject with tcp reset',
  `${count('backendAborted')} drop`,
  'drop',
]

function refused({ tellsRefusals }: Rules): readonly string[] {
  return [
    count('refused'),
    ...(tellsRefusals ? [`ct event set ${EVENTS.refused}`] : []),
    `ct mark & ${hex(UDP_BIT)} != 0x00000000 ${become('datagramRefused')} return`,
    become('refused'),
  ]
}

/** ICMP errors about what was sent to a backend: not those that are about the size of packets. */
const ERRORS: readonly string[] = [
  'ct direction original return',
  `ct mark & ${hex(UDP_BIT)} == 0x00000000 ct status & assured != 0 return`,
  `ct mark & ${hex(OVER_BIT)} != 0x00000000 return`,
  'icmp type destination-unreachable icmp code != frag-needed goto refused',
  'icmpv6 type destination-unreachable goto refused',
]

/** Packets of TCP that open or end something. A flow is over when both sides have ended, or one has reset it. */
function turning({ tellsRefusals }: Rules): readonly string[] {
  return [
    ...(tellsRefusals ? [`tcp flags & (syn | ack) == (syn | ack) ct event set ${EVENTS.none} return`] : []),
    'tcp flags & (fin | rst) == 0 return',
    `ct mark & ${hex(OVER_BIT)} != 0x00000000 return`,
    'tcp flags & rst == rst goto resets',
    `ct direction original ct mark & 0x00000007 == ${hex(STATES.backendEnded)} ${count('backendClosed')} ${become('closed')} return`,
    `ct direction reply ct mark & 0x00000007 == ${hex(STATES.clientEnded)} ${count('clientClosed')} ${become('closed')} return`,
    `ct direction original ${become('clientEnded')} return`,
    become('backendEnded'),
  ]
}

const RESETS: readonly string[] = [
  `ct direction original ${count('clientAborted')} ${become('closed')} return`,
  `ct status & assured == 0 ${count('refused')} ${become('refused')} return`,
  `${count('backendAborted')} ${become('closed')}`,
]

/** Every packet of a flow of ours, once: what is not needed at the moment is not asked. */
function passing({ cut, muted }: Rules): readonly string[] {
  return [
    ...(cut.length + muted.length > 0 ? [`ct mark & ${hex(FLOW_MASK)} @cut goto cut_off`] : []),
    'tcp flags & (fin | syn | rst) != 0 jump turning',
    'ct state related goto errors',
    `ct direction original ${count('toBackend')} accept`,
    `${count('toClient')} accept`,
  ]
}

function count(kind: Kind): string {
  return `ct mark & ${hex(FLOW_MASK)} | ${hex(KINDS[kind])} @counts`
}

function become(state: keyof typeof STATES): string {
  return `ct mark set ct mark & ${hex(FLOW_MASK)} | ${hex(STATES[state])}`
}

function hooks(rules: Rules, families: readonly Family[]): (readonly [string, NftChain])[] {
  const { arrivals, translation, passing, source } = PRIORITIES
  const ours = `ct mark & ${hex(SERVICE_MASK)} == ${hex(markOf(rules.mark, 0))}`
  const hook = (type: string, at: string, priority: number, ...body: readonly string[]): NftChain => ({
    kind: 'chain',
    hook: `type ${type} hook ${at} priority ${priority}; policy accept;`,
    rules: body,
  })
  return [
    ['arrivals_in', hook('filter', 'prerouting', arrivals, 'ct state new jump arrivals')],
    ['arrivals_out', hook('filter', 'output', arrivals, 'ct state new jump arrivals')],
    ['translation_in', hook('nat', 'prerouting', translation, 'jump translation')],
    ['translation_out', hook('nat', 'output', translation, 'jump translation')],
    // What the host sends to itself was counted as it went out.
    [
      'passing_in',
      hook(
        'filter',
        'prerouting',
        passing,
        ...unreachable(rules, families),
        `${ours} iif != "lo" jump passing`,
      ),
    ],
    ['passing_out', hook('filter', 'output', passing, `${ours} jump passing`)],
    ['source', hook('nat', 'postrouting', source, ...sourceRules(rules))],
  ]
}

/** Clients from elsewhere cannot reach a backend on the loopback, unless the host routes such packets. */
function unreachable(
  { mark, destinations, routesLoopback }: Rules,
  families: readonly Family[],
): readonly string[] {
  if (routesLoopback || !destinations.some(({ endpoint }) => isLoopback(endpoint.host))) return []
  return families.map(family => {
    const { header, loopback } = WORDS[family]
    return `iif != "lo" ${header} daddr ${loopback} ct mark & ${hex(SERVICE_MASK)} == ${hex(markOf(mark, 0))} ${count('refused')} goto cut_off`
  })
}

function sourceRules({ source, mark }: Rules): readonly string[] {
  if (source.kind === 'client') return []
  const ours = `ct mark & ${hex(SERVICE_MASK)} == ${hex(markOf(mark, 0))}`
  if (source.kind === 'masquerade') return ['oif "lo" return', `${ours} masquerade`]
  const family: Family = source.address.includes(':') ? 6 : 4
  return ['oif "lo" return', `${ours} snat ${WORDS[family].header} to ${source.address}`]
}

function timeoutsOf({ timeouts }: Rules): {
  readonly names: Readonly<Record<'tcp' | 'udp', string>>
  readonly objects: (readonly [string, NftObject])[]
} {
  const seconds = (time: Millis): number =>
    time === 0 ? LONGEST_TIMEOUT : Math.min(LONGEST_TIMEOUT, Math.max(1, Math.ceil(time / 1000)))
  const [connect, idle, fin, udp] = [timeouts.connect, timeouts.idle, timeouts.fin, timeouts.udpIdle].map(
    seconds,
  )
  const names = { tcp: `tcp_${connect}_${idle}_${fin}`, udp: `udp_${udp}` }
  const tcpPolicy = `syn_sent : ${connect}, established : ${idle}, fin_wait : ${fin}, close_wait : ${fin}`
  const object = (protocol: string, policy: string): NftObject => ({
    kind: 'ct timeout',
    spec: [`protocol ${protocol};`, `policy = { ${policy} };`],
  })
  return {
    names,
    objects: [
      [names.tcp, object('tcp', tcpPolicy)],
      [names.udp, object('udp', `unreplied : ${udp}, replied : ${udp}`)],
    ],
  }
}

function set(spec: readonly string[], elements: readonly string[]): NftSet {
  return { kind: 'set', spec, elements: new Map(elements.map(element => [element, ''])) }
}

function chain(rules: readonly string[]): NftChain {
  return { kind: 'chain', rules }
}
