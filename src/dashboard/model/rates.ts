import type { BackendView, LiveView, ServiceView } from '../../api/views.js'

/** What happened a second, between two looks. */
export interface Rates {
  readonly connections: number
  readonly bytesToBackend: number
  readonly bytesToClient: number
}

type Totals = Pick<BackendView, 'sessionsTotal' | 'bytesToBackend' | 'bytesToClient'>

/** What a backend did a second; counters that fell (another process answers now) count as nothing. */
export function ratesBetween(before: Totals, after: Totals, elapsedMs: number): Rates {
  const rate = (of: (totals: Totals) => number): number =>
    (Math.max(0, of(after) - of(before)) / elapsedMs) * 1000
  return {
    connections: rate(totals => totals.sessionsTotal),
    bytesToBackend: rate(totals => totals.bytesToBackend),
    bytesToClient: rate(totals => totals.bytesToClient),
  }
}

/** The rates of every backend that was there at both looks, by service and name; none when no time lies between. */
export function backendRates(
  before: LiveView,
  after: LiveView,
): ReadonlyMap<string, ReadonlyMap<string, Rates>> {
  const elapsed = Date.parse(after.at) - Date.parse(before.at)
  if (elapsed <= 0) return new Map()
  const services = new Map(before.services.map(service => [service.name, service]))
  return new Map(
    after.services.map(service => [service.name, ofService(services.get(service.name), service, elapsed)]),
  )
}

function ofService(
  before: ServiceView | undefined,
  after: ServiceView,
  elapsed: number,
): ReadonlyMap<string, Rates> {
  const backends = new Map(before?.backends.map(backend => [backend.name, backend]))
  return new Map(
    after.backends.flatMap(backend => {
      const known = backends.get(backend.name)
      return known === undefined ? [] : [[backend.name, ratesBetween(known, backend, elapsed)] as const]
    }),
  )
}

/** The sum of several rates. */
export function sumOfRates(all: Iterable<Rates>): Rates {
  const sum = { connections: 0, bytesToBackend: 0, bytesToClient: 0 }
  for (const rates of all) {
    sum.connections += rates.connections
    sum.bytesToBackend += rates.bytesToBackend
    sum.bytesToClient += rates.bytesToClient
  }
  return sum
}
