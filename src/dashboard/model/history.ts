import type { HistoryView, LiveView, ServiceView } from '../../api/views.js'
import { backendRates, sumOfRates, type Rates } from './rates.js'

/** How far back the plots reach, in milliseconds. */
export const WINDOW = 15 * 60_000

/** The stretches of time that a plot shows: the least that holds all there is. */
const SPANS = [2 * 60_000, 5 * 60_000, WINDOW] as const

/** How much time a plot shows, in milliseconds: less than the window while there is no more to show. */
export function spanOf(times: readonly number[], now: number): number {
  const age = now - (times[0] ?? now)
  return SPANS.find(span => span >= age) ?? WINDOW
}

/** A number for each time; null where it was not measured. */
export type Values = (number | null)[]

/** What is plotted of a service. */
export interface ServiceHistory {
  readonly sessions: Values
  readonly connections: Values
  readonly bytesToBackend: Values
  readonly bytesToClient: Values
  /** Milliseconds of the last probe, by backend. */
  readonly probes: Map<string, Values>
}

/** The last 15 minutes: what the server remembered when it was asked, and what was seen live since. */
export class History {
  #stepMs = 1000
  #times: number[] = []
  #services = new Map<string, ServiceHistory>()
  #last: LiveView | undefined

  /** Milliseconds since 1970, oldest first. */
  get times(): readonly number[] {
    return this.#times
  }

  /** Milliseconds from one time to the next. */
  get stepMs(): number {
    return this.#stepMs
  }

  of(service: string): ServiceHistory | undefined {
    return this.#services.get(service)
  }

  /** Forgets what it had for what the server remembers. */
  replace({ stepMs, times, services }: HistoryView): void {
    this.#stepMs = stepMs
    this.#times = [...times]
    this.#services = new Map(
      services.map(service => [
        service.name,
        {
          sessions: [...service.sessions],
          connections: [...service.connections],
          bytesToBackend: [...service.bytesToBackend],
          bytesToClient: [...service.bytesToClient],
          probes: new Map(service.backends.map(({ name, probeMs }) => [name, [...probeMs]])),
        },
      ]),
    )
    this.#last = undefined
  }

  /** Adds what is seen now, when a step has passed since the last time. */
  extend(live: LiveView): void {
    const [last, at] = [this.#last, Date.parse(live.at)]
    if (last !== undefined && at - Date.parse(last.at) < this.#stepMs * 0.9) return
    this.#last = live
    // What the server remembered may reach further than this.
    if (last === undefined || at <= (this.#times.at(-1) ?? 0)) return
    const rates = backendRates(last, live)
    this.#times.push(at)
    for (const service of live.services)
      this.#append(service, sumOfRates(rates.get(service.name)?.values() ?? []))
    this.#forget(live, at - WINDOW)
  }

  #append(view: ServiceView, rates: Rates): void {
    const length = this.#times.length - 1
    const service = this.#services.get(view.name) ?? unmeasured(length)
    this.#services.set(view.name, service)
    service.sessions.push(view.backends.reduce((sum, backend) => sum + backend.sessionsActive, 0))
    service.connections.push(rates.connections)
    service.bytesToBackend.push(rates.bytesToBackend)
    service.bytesToClient.push(rates.bytesToClient)
    for (const { name, lastProbe } of view.backends) {
      const probes = service.probes.get(name) ?? nulls(length)
      service.probes.set(name, probes)
      probes.push(lastProbe?.durationMs ?? null)
    }
  }

  #forget({ services }: LiveView, before: number): void {
    const gone = this.#times.findIndex(time => time >= before)
    const names = new Map(
      services.map(({ name, backends }) => [name, new Set(backends.map(({ name }) => name))]),
    )
    this.#times.splice(0, gone)
    for (const [name, service] of this.#services) {
      const backends = names.get(name)
      if (backends === undefined) {
        this.#services.delete(name)
        continue
      }
      for (const backend of service.probes.keys()) if (!backends.has(backend)) service.probes.delete(backend)
      for (const values of seriesOf(service)) values.splice(0, gone)
    }
  }
}

function seriesOf({
  sessions,
  connections,
  bytesToBackend,
  bytesToClient,
  probes,
}: ServiceHistory): readonly Values[] {
  return [sessions, connections, bytesToBackend, bytesToClient, ...probes.values()]
}

function unmeasured(length: number): ServiceHistory {
  return {
    sessions: nulls(length),
    connections: nulls(length),
    bytesToBackend: nulls(length),
    bytesToClient: nulls(length),
    probes: new Map(),
  }
}

function nulls(length: number): Values {
  return new Array<number | null>(length).fill(null)
}
