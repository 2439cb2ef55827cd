import type { BackendSeriesView, BackendView, HistoryView, LiveView } from '../../api/views.js'
import type { Millis } from '../../clock.js'

/** How much is remembered of each backend, in seconds. */
const REMEMBERED = 60
/** Views that are closer to each other give no rate of their own. */
const LEAST_STEP: Millis = 900

/** New sessions and bytes a second, measured over the time before `second`. */
export interface Rate {
  readonly second: number
  readonly connections: number
  readonly bytes: number
}

/** What the counters of a backend said. */
interface Totals {
  readonly sessions: number
  readonly bytes: number
}

/** The rates of the last minute. Never changed: each view makes the next one. */
export interface Traffic {
  /** When the counters were last looked at, milliseconds since 1970; undefined before the first time. */
  readonly at: Millis | undefined
  readonly totals: ReadonlyMap<string, Totals>
  /** By {@link keyOf}; oldest first. */
  readonly rates: ReadonlyMap<string, readonly Rate[]>
  /** Of all backends together. */
  readonly sum: readonly Rate[]
}

/** The identity of a backend in the whole process. */
export function keyOf(service: string, backend: string): string {
  return `${service}/${backend}`
}

/** What the process remembers of the time before; undefined = it remembers nothing. */
export function pastTraffic(history: HistoryView | undefined): Traffic {
  const rates = new Map<string, readonly Rate[]>()
  for (const service of history?.services ?? []) {
    for (const backend of service.backends)
      rates.set(keyOf(service.name, backend.name), pastRates(history, backend))
  }
  return { at: undefined, totals: new Map(), rates, sum: sumOf([...rates.values()]) }
}

/** The traffic after another look at the counters. */
export function watchTraffic(before: Traffic, { at, services }: LiveView): Traffic {
  const now = Date.parse(at)
  const elapsed = before.at === undefined ? undefined : now - before.at
  if (elapsed !== undefined && elapsed >= 0 && elapsed < LEAST_STEP) return before
  const totals = new Map<string, Totals>()
  const rates = new Map<string, readonly Rate[]>()
  const current: Rate[] = []
  const second = Math.floor(now / 1000)
  for (const service of services) {
    for (const backend of service.backends) {
      const key = keyOf(service.name, backend.name)
      const [total, last] = [totalsOf(backend), before.totals.get(key)]
      totals.set(key, total)
      const past = before.rates.get(key) ?? []
      const rate = rateBetween(last, total, elapsed, second)
      if (rate !== undefined) current.push(rate)
      rates.set(key, rate === undefined ? past : recent([...past, rate], second))
    }
  }
  const sum =
    current.length === 0 ? before.sum : recent([...before.sum, ...sumOf(current.map(rate => [rate]))], second)
  return { at: now, totals, rates, sum }
}

/** The rate at the end of a series; nothing flows where nothing was measured. */
export function latest(rates: readonly Rate[]): Omit<Rate, 'second'> {
  return rates.at(-1) ?? { connections: 0, bytes: 0 }
}

function rateBetween(
  last: Totals | undefined,
  total: Totals,
  elapsed: Millis | undefined,
  second: number,
): Rate | undefined {
  if (last === undefined || elapsed === undefined || elapsed <= 0) return undefined
  const [sessions, bytes] = [total.sessions - last.sessions, total.bytes - last.bytes]
  // Another process of the same address counts from zero.
  if (sessions < 0 || bytes < 0) return undefined
  return { second, connections: (sessions / elapsed) * 1000, bytes: (bytes / elapsed) * 1000 }
}

function totalsOf({ sessionsTotal, bytesToBackend, bytesToClient }: BackendView): Totals {
  return { sessions: sessionsTotal, bytes: bytesToBackend + bytesToClient }
}

/** A step of the history is longer than a second: each of its seconds is taken to be like it. */
function pastRates(history: HistoryView | undefined, series: BackendSeriesView): Rate[] {
  if (history === undefined) return []
  const seconds = Math.max(1, Math.round(history.stepMs / 1000))
  const steps = Math.ceil(REMEMBERED / seconds)
  const from = Math.max(0, history.times.length - steps)
  return history.times.slice(from).flatMap((time, offset) => {
    const index = from + offset
    const connections = series.connections[index] ?? null
    const bytes = (series.bytesToBackend[index] ?? 0) + (series.bytesToClient[index] ?? 0)
    if (connections === null) return []
    const last = Math.floor(time / 1000)
    return Array.from({ length: seconds }, (_, second) => ({
      second: last - seconds + 1 + second,
      connections,
      bytes,
    }))
  })
}

function sumOf(series: readonly (readonly Rate[])[]): Rate[] {
  const bySecond = new Map<number, Rate>()
  for (const { second, connections, bytes } of series.flat()) {
    const before = bySecond.get(second) ?? { second, connections: 0, bytes: 0 }
    bySecond.set(second, {
      second,
      connections: before.connections + connections,
      bytes: before.bytes + bytes,
    })
  }
  return [...bySecond.values()].sort((a, b) => a.second - b.second)
}

function recent(rates: readonly Rate[], second: number): readonly Rate[] {
  return rates.filter(rate => rate.second > second - REMEMBERED)
}
