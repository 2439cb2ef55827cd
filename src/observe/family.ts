import type { HistogramStats } from '../core/stats.js'

export type Labels = Readonly<Record<string, string | number>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
  /** The series of a histogram have names of their own. */
  readonly metricName?: string
}

/** A metric with all its series: the plain data that a prom-client registry exports and imports. */
export interface Family {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly values: readonly Sample[]
  /** How series with the same labels become one. */
  readonly aggregator: 'sum'
}

/** A number that only rises. */
export function counter(name: string, help: string, values: readonly Sample[]): Family {
  return { name, help, type: 'counter', values, aggregator: 'sum' }
}

/** A number that rises and falls. */
export function gauge(name: string, help: string, values: readonly Sample[]): Family {
  return { name, help, type: 'gauge', values, aggregator: 'sum' }
}

/** Cumulative buckets, the `+Inf` one among them, with sum and count, for each series. */
export function histogram(
  name: string,
  help: string,
  series: readonly { readonly labels: Labels; readonly stats: HistogramStats }[],
): Family {
  const values = series.flatMap(({ labels, stats }): Sample[] => [
    ...stats.bounds.map((bound, index) => ({
      labels: { ...labels, le: bound },
      value: stats.counts[index] ?? 0,
      metricName: `${name}_bucket`,
    })),
    { labels: { ...labels, le: '+Inf' }, value: stats.count, metricName: `${name}_bucket` },
    { labels, value: stats.sum, metricName: `${name}_sum` },
    { labels, value: stats.count, metricName: `${name}_count` },
  ])
  return { name, help, type: 'histogram', values, aggregator: 'sum' }
}
