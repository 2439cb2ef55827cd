import { ConfigError } from './config-error.js'
import { parseCount } from './scalar.js'

/** As configured: `auto` is one thread a core. */
export type Workers = number | 'auto'

/** What a machine and its runtime offer data threads. */
export interface ThreadSupport {
  readonly cores: number
  /** Of the runtime, such as `22.12.0`. */
  readonly node: string
}

/** More threads than this times the cores are surely a mistake, though they work. */
const MOST_PER_CORE = 4
/** The most data threads. */
export const MOST_WORKERS = 256

/** Where node:net and node:dgram learned to share a port, by major version; later ones all can. */
const SHARES_PORTS: Readonly<Record<number, number>> = { 22: 12, 23: 1 }

/** Reads `auto` or a number from 1 to 256. */
export function parseWorkers(path: string, text: string): Workers {
  return text === 'auto' ? text : parseCount(path, text, 1, MOST_WORKERS)
}

/**
 * How many data threads there will be, and whether that is suspiciously many. Throws a ConfigError for more than one
 * where threads cannot share a port; `auto` is one there.
 */
export function settleWorkers(
  workers: Workers,
  { cores, node }: ThreadSupport,
  path = '--workers',
): { readonly workers: number; readonly isMany: boolean } {
  const canShare = sharesPorts(node)
  if (workers === 'auto') return { workers: canShare ? Math.min(cores, MOST_WORKERS) : 1, isMany: false }
  if (workers > 1 && !canShare) {
    throw new ConfigError(
      path,
      String(workers),
      `more than one needs Node.js 22.12 or newer, and this is ${node}`,
    )
  }
  return { workers, isMany: workers > MOST_PER_CORE * cores }
}

function sharesPorts(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  return major > 23 || minor >= (SHARES_PORTS[major] ?? Infinity)
}
