import { ConfigError } from '../config/config-error.js'
import { parseFlags } from '../config/flags.js'
import type { BackendDraft, Draft, ProbeDraft, ServiceDraft } from './draft.js'
import { flagsOf } from './flags-of.js'
import { mergeWildcards } from './listeners.js'
import { backendName, serviceName } from './names.js'
import type { Notes } from './notes.js'

const MOST_BACKENDS = 1000
const HEAVIEST = 256
const YEAR = 365 * 24 * 3_600_000
/** What evenkeel probes at when nothing is said. */
const INTERVAL = 2000

/** The same draft with valid and unique names and values within evenkeel's ranges; services that it would refuse are told of and left out. */
export function settle(draft: Draft, notes: Notes): Draft {
  const names = new Set<string>()
  const listeners = new Set<string>()
  const services: ServiceDraft[] = []
  for (const found of draft.services) {
    notes.made('services', 1, found.line)
    const service = settleService(found, names, listeners, notes)
    const problem = service === undefined ? undefined : refusal(service)
    if (problem !== undefined) notes.add(found.line, found.subject, `left out: ${problem}`)
    if (service === undefined || problem !== undefined) continue
    names.add(service.name)
    for (const url of service.listen) listeners.add(url)
    services.push(service)
  }
  return { ...draft, services }
}

function settleService(
  found: ServiceDraft,
  names: ReadonlySet<string>,
  listeners: ReadonlySet<string>,
  notes: Notes,
): ServiceDraft | undefined {
  const tell = (text: string): void => notes.add(found.line, found.subject, text)
  const listen = [...new Set(mergeWildcards(found.listen))].filter(url => {
    if (listeners.has(url)) tell(`${url} already belongs to another service`)
    return !listeners.has(url)
  })
  if (listen.length === 0) tell('left out: it has no listener that can be carried over')
  else if (found.backends.length === 0) tell('left out: it has no server that can be carried over')
  if (listen.length === 0 || found.backends.length === 0) return undefined
  const name = serviceName(found.name, names)
  if (name !== found.name) tell(`is called ${name} here`)
  return {
    ...found,
    name,
    listen,
    backends: settleBackends(found.backends, tell),
    probe: settleProbe(found.probe),
    slowStart: within(found.slowStart, 0),
    connectTimeout: within(found.connectTimeout, 1),
    connectAttempts: found.connectAttempts,
    idleTimeout: within(found.idleTimeout, 0),
    finTimeout: within(found.finTimeout, 0),
    udpIdleTimeout: within(found.udpIdleTimeout, 1),
  }
}

function settleBackends(
  backends: readonly BackendDraft[],
  tell: (text: string) => void,
): readonly BackendDraft[] {
  if (backends.length > MOST_BACKENDS) tell(`only the first ${MOST_BACKENDS} servers are carried over`)
  const kept = backends.slice(0, MOST_BACKENDS)
  const heaviest = Math.max(...kept.map(({ weight = 1 }) => weight))
  if (heaviest > HEAVIEST) tell(`weights are scaled down, since the greatest is ${HEAVIEST} here`)
  const scale = Math.min(1, HEAVIEST / heaviest)
  const names = new Set<string>()
  return kept.map(backend => {
    const name = backendName(backend.name ?? backend.address, names)
    names.add(name)
    const weight = Math.max(1, Math.round((backend.weight ?? 1) * scale))
    return { ...backend, name, weight }
  })
}

function settleProbe(probe: ProbeDraft | undefined): ProbeDraft | undefined {
  if (probe === undefined) return undefined
  const interval = within(probe.interval, 1)
  const timeout = within(probe.timeout, 1)
  return {
    ...probe,
    interval,
    timeout: timeout === undefined ? undefined : Math.min(timeout, interval ?? INTERVAL),
    fastInterval: within(probe.fastInterval, 1),
    downInterval: within(probe.downInterval, 1),
  }
}

function within(millis: number | undefined, least: number): number | undefined {
  return millis === undefined ? undefined : Math.min(YEAR, Math.max(least, Math.round(millis)))
}

/** Why evenkeel would refuse the service; undefined when it takes it. */
function refusal(service: ServiceDraft): string | undefined {
  try {
    parseFlags(flagsOf(service))
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}
