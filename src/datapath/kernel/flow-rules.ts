import { FLOW_MASK, hex, KINDS, OVER_BIT, STATES, UDP_BIT, type Kind } from './marks.js'
import type { Rules } from './rules.js'

/** Events of the connection table, as `ct event set` takes them: what is told of TCP before the backend answered, of a refusal, and else. */
const EVENTS = { connecting: '0x84', refused: '0x80', none: '0x200' } as const

/** A flow has its backend. */
export function given(
  { tellsRefusals }: Rules,
  timeouts: Readonly<Record<'tcp' | 'udp', string>>,
): readonly string[] {
  const told = (events: string): string => (tellsRefusals ? `ct event set ${events} ` : '')
  return [
    `meta l4proto tcp ct timeout set "${timeouts.tcp}" ${told(EVENTS.connecting)}ct mark @counts`,
    `meta l4proto udp ct mark set ct mark | ${hex(UDP_BIT)} ct timeout set "${timeouts.udp}" ${told(EVENTS.none)}ct mark @counts`,
  ]
}

/** Packets of a flow that was cut. */
export const CUT_OFF: readonly string[] = [
  // Its own resets come by here as well.
  'tcp flags & rst == rst accept',
  'meta l4proto tcp reject with tcp reset',
  `${count('backendAborted')} drop`,
  'drop',
]

/** A backend has refused a flow. */
export function refused({ tellsRefusals }: Rules): readonly string[] {
  return [
    count('refused'),
    ...(tellsRefusals ? [`ct event set ${EVENTS.refused}`] : []),
    `ct mark & ${hex(UDP_BIT)} != 0x00000000 ${become('datagramRefused')} return`,
    become('refused'),
  ]
}

/** ICMP errors about what was sent to a backend: not those that are about the size of packets. */
export const ERRORS: readonly string[] = [
  'ct direction original return',
  `ct mark & ${hex(UDP_BIT)} == 0x00000000 ct status & assured != 0 return`,
  `ct mark & ${hex(OVER_BIT)} != 0x00000000 return`,
  'icmp type destination-unreachable icmp code != frag-needed goto refused',
  'icmpv6 type destination-unreachable goto refused',
]

/** Packets of TCP that open or end something. A flow is over when both sides have ended, or one has reset it. */
export function turning({ tellsRefusals }: Rules): readonly string[] {
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

/** Resets of TCP. */
export const RESETS: readonly string[] = [
  `ct direction original ${count('clientAborted')} ${become('closed')} return`,
  `ct status & assured == 0 ${count('refused')} ${become('refused')} return`,
  `${count('backendAborted')} ${become('closed')}`,
]

/** Every packet of a flow of ours, once: what is not needed at the moment is not asked. */
export function passing({ cut, muted }: Rules): readonly string[] {
  return [
    ...(cut.length + muted.length > 0 ? [`ct mark & ${hex(FLOW_MASK)} @cut goto cut_off`] : []),
    'tcp flags & (fin | syn | rst) != 0 jump turning',
    'ct state related goto errors',
    `ct direction original ${count('toBackend')} accept`,
    `${count('toClient')} accept`,
  ]
}

/** Counts a packet of a flow; the rule ends where nothing is counted. */
export function count(kind: Kind): string {
  return `ct mark & ${hex(FLOW_MASK)} | ${hex(KINDS[kind])} @counts`
}

function become(state: keyof typeof STATES): string {
  return `ct mark set ct mark & ${hex(FLOW_MASK)} | ${hex(STATES[state])}`
}
