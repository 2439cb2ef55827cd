import type { Protocol } from '../../core/outcome.js'
import {
  FLOW_MASK,
  hex,
  LIVING_MASK,
  markOf,
  OVER_BIT,
  readMark,
  SERVICE_MASK,
  STATES,
  type Mark,
} from './marks.js'
import { byLine, follow, run, runWell, type Running } from './programs.js'
import { familyOf, type Family } from './rules.js'

/** Flows of a backend that are not over. */
export interface Living {
  readonly backend: number
  readonly protocol: Protocol
  readonly flows: number
}

/** A flow as it is told of when something became of it. */
export interface FlowEvent {
  readonly mark: Mark
  readonly family: Family
  /** `refused`: the backend said no; `timeout`: it did not answer in time. */
  readonly what: 'refused' | 'timeout'
  readonly client: { readonly address: string; readonly port: number }
  /** Where the client wrote to. */
  readonly target: { readonly address: string; readonly port: number }
}

/**
 * Counts the flows of a service that are not over. The kernel picks them out of all it knows by their mark, so that those
 * which wait for their end cost next to nothing.
 */
export async function countLiving(service: number, families: readonly Family[]): Promise<readonly Living[]> {
  const counts = new Map<number, number>()
  const mark = `${hex(markOf(service, 0))}/${hex(SERVICE_MASK | OVER_BIT)}`
  for (const family of families) {
    const onOutput = byLine(line => {
      const [, value] = / mark=(\d+)/.exec(line) ?? []
      if (value === undefined) return
      const key = (Number(value) & FLOW_MASK) >>> 0
      counts.set(key, (counts.get(key) ?? 0) + 1)
    })
    await runWell('conntrack', ['-L', '-f', `ipv${family}`, '-m', mark], { onOutput })
  }
  return [...counts].map(([key, flows]) => {
    const { backend, protocol } = readMark(key)
    return { backend, protocol, flows }
  })
}

/** Flows that were not over when they were forgotten. */
export interface Forgotten {
  /** Whose backend had answered; all of UDP. */
  readonly sessions: number
  /** Connects under way. */
  readonly connects: number
}

/** Forgets all flows of a backend. */
export async function forgetFlows(
  service: number,
  backend: number,
  protocol: Protocol,
  family: Family,
): Promise<Forgotten> {
  const mark = markOf(service, backend, protocol)
  let [sessions, connects] = [0, 0]
  const onLine = (line: string): void => {
    if (protocol === 'tcp' && line.includes(' SYN_')) connects++
    else if (line.includes(' mark=')) sessions++
  }
  await remove(family, `${hex(mark)}/${hex(LIVING_MASK)}`, onLine)
  await remove(family, `${hex(mark)}/${hex(FLOW_MASK)}`)
  return { sessions, connects }
}

/** Forgets all flows of a service: goes on to its end even if this process ends before. */
export async function forgetService(service: number, families: readonly Family[]): Promise<void> {
  const mark = `${hex(markOf(service, 0))}/${hex(SERVICE_MASK)}`
  await Promise.all(
    families.map(family => run('conntrack', ['-D', '-f', `ipv${family}`, '-m', mark], { isMute: true })),
  )
}

/**
 * Forgets the UDP flows of a backend of which a datagram was refused, and resolves with their number: the next datagram of
 * each begins anew.
 */
export async function forgetRefused(service: number, backend: number, family: Family): Promise<number> {
  const mark = hex(markOf(service, backend, 'udp') + STATES.datagramRefused)
  let flows = 0
  await remove(family, `${mark}/0xffffffff`, line => {
    if (line.includes(' mark=')) flows++
  })
  return flows
}

/** Where clients write to. */
export interface Target {
  /** A literal address, or all that this host has. */
  readonly hosts: ReadonlySet<string>
  readonly port: number
}

/**
 * Forgets UDP flows that came to a listener before there was a ruleset, and that nobody answered: the kernel remembers
 * that they lead nowhere for as long as their client goes on sending.
 */
export async function forgetStrays({ hosts, port }: Target, families: readonly Family[]): Promise<void> {
  for (const family of families) {
    const found: string[][] = []
    const onOutput = byLine(line => {
      const [, source = '', destination = '', sport = ''] = STRAY.exec(line) ?? []
      if (hosts.has(destination)) found.push(['-s', source, '-d', destination, '--sport', sport])
    })
    const where = ['-f', `ipv${family}`, '-p', 'udp', '--dport', String(port)]
    await run('conntrack', ['-L', ...where, '-m', '0'], { onOutput })
    for (const flow of found) await run('conntrack', ['-D', ...where, ...flow])
  }
}

const STRAY = /src=(\S+) dst=(\S+) sport=(\d+) dport=\d+ \[UNREPLIED\]/

/** @param onLine told of each flow */
async function remove(
  family: Family,
  mark: string,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  await run('conntrack', ['-D', '-f', `ipv${family}`, '-m', mark], { onOutput: byLine(onLine) })
}

/** A line of `conntrack -E` about a flow that a backend refused, or did not answer; undefined for any other. */
export function readEvent(line: string): FlowEvent | undefined {
  const found = EVENT.exec(line)
  if (found === null) return undefined
  const [, kind, protocol, state = '', source = '', destination = '', sport, dport, value] = found
  const mark = readMark(Number(value))
  const refused = protocol === 'udp' ? STATES.datagramRefused : STATES.refused
  const isRefused = kind === 'UPDATE' ? mark.low === refused : state === 'CLOSE'
  const isLate = kind === 'DESTROY' && state === 'SYN_SENT'
  if (mark.backend === 0 || mark.protocol !== protocol || !(isRefused || isLate)) return undefined
  return {
    mark,
    family: familyOf(source),
    what: isRefused ? 'refused' : 'timeout',
    client: { address: source, port: Number(sport) },
    target: { address: destination, port: Number(dport) },
  }
}

/** `[DESTROY] tcp 6 3 CLOSE src=… dst=… sport=… dport=… [UNREPLIED] src=… mark=…`: the numbers before the addresses are not always all there. */
const EVENT =
  /\[(UPDATE|DESTROY)\]\s+(tcp|udp)\s+[\d\s]*([A-Z_]*)\s*src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) .*\bmark=(\d+)/

/** Bytes of events that wait to be read. */
const EVENT_BUFFER = 4 * 1024 * 1024

/** Tells of each flow that a backend refused or did not answer, until it is stopped; `onEnd` when it cannot any more. */
export function followRefusals(onEvent: (event: FlowEvent) => void, onEnd: () => void): Running {
  return follow('conntrack', ['-E', '-e', 'UPDATES,DESTROY', '-b', String(EVENT_BUFFER)], {
    onLine: line => {
      const event = readEvent(line)
      if (event !== undefined) onEvent(event)
    },
    onEnd,
  })
}
