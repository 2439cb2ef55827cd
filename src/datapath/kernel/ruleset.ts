import type { Millis } from '../../clock.js'
import { PROTOCOLS } from '../../core/outcome.js'
import { limits, limitSets, limitsOfBackends, refusalChain, refusals } from './admission-rules.js'
import { choiceRules, slotMaps } from './choice-rules.js'
import { count, CUT_OFF, ERRORS, given, passing, refused, RESETS, turning } from './flow-rules.js'
import { hex, KINDS, markOf, REFUSAL_KINDS, SERVICE_MASK } from './marks.js'
import {
  FAMILIES,
  familyOf,
  isLoopback,
  isOf,
  isWildcard,
  tableName,
  WORDS,
  type Family,
  type Rules,
} from './rules.js'
import { chain, set, type NftChain, type NftObject, type NftSet, type NftTable } from './table.js'

/** The longest that nftables keeps a flow without a packet: its timers have 32 bits. */
const LONGEST_TIMEOUT = 2_000_000
/**
 * Seconds that a port stays with a TCP flow that is over. A backend that ended it first remembers it for 60 s (TIME_WAIT of
 * Linux, and the slack of its timers), and a new one from the same port would have its SYN answered by a mere ACK.
 */
const TIME_WAIT = 65
const PRIORITIES = { arrivals: -110, translation: -100, passing: -90, source: 100 } as const

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
      PROTOCOLS.flatMap(protocol => Object.values(KINDS).map(kind => markOf(mark, number, protocol) + kind)),
    ),
    ...PROTOCOLS.flatMap(protocol =>
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
      ? PROTOCOLS.map(
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

function translation({ mark }: Rules, families: readonly Family[]): readonly string[] {
  return [
    `ct mark & ${hex(SERVICE_MASK)} != ${hex(markOf(mark, 0))} return`,
    ...families.map(
      family =>
        `meta nfproto ${WORDS[family].name} meta l4proto { tcp, udp } dnat ${WORDS[family].header} to ct mark map @endpoints${family}`,
    ),
  ]
}

function hooks(rules: Rules, families: readonly Family[]): (readonly [string, NftChain])[] {
  const { arrivals, translation, passing, source } = PRIORITIES
  const ours = isOfService(rules)
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

/** Matches the packets of flows of a service. */
function isOfService({ mark }: Rules): string {
  return `ct mark & ${hex(SERVICE_MASK)} == ${hex(markOf(mark, 0))}`
}

/** Clients from elsewhere cannot reach a backend on the loopback, unless the host routes such packets. */
function unreachable(rules: Rules, families: readonly Family[]): readonly string[] {
  const { destinations, routesLoopback } = rules
  if (routesLoopback || !destinations.some(({ endpoint }) => isLoopback(endpoint.host))) return []
  return families.map(family => {
    const { header, loopback } = WORDS[family]
    return `iif != "lo" ${header} daddr ${loopback} ${isOfService(rules)} ${count('refused')} goto cut_off`
  })
}

function sourceRules(rules: Rules): readonly string[] {
  const { source } = rules
  if (source.kind === 'client') return []
  const to =
    source.kind === 'masquerade'
      ? 'masquerade'
      : `snat ${WORDS[familyOf(source.address)].header} to ${source.address}`
  const ours = isOfService(rules)
  return [
    'oif "lo" return',
    // Clients have ports of one half of all. If they kept them, that half would fill up, and the kernel looks near a taken port.
    `${ours} meta l4proto udp ${to} fully-random`,
    // The next connection from a client's port, then, comes from the port that the backend remembers of the last one.
    `${ours} ${to}`,
  ]
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
  const tcpPolicy = `syn_sent : ${connect}, established : ${idle}, fin_wait : ${fin}, close_wait : ${fin}, time_wait : ${TIME_WAIT}`
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
