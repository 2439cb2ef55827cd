import type { BackendView, ServiceView } from '../../api/views.js'

/** How a backend stands, admin state and health in one: what is told in words, by a symbol and by a colour. */
export type Standing = 'up' | 'down' | 'unknown' | 'draining' | 'drained' | 'maintenance'

/** Worst first: the order in which many backends are listed, and counted. */
export const STANDINGS = [
  'down',
  'unknown',
  'draining',
  'drained',
  'maintenance',
  'up',
] as const satisfies readonly Standing[]

/** How a backend stands. What an operator wants of it comes before its health. */
export function standingOf({
  state,
  health,
  sessionsActive,
}: Pick<BackendView, 'state' | 'health' | 'sessionsActive'>): Standing {
  if (state === 'maintenance') return 'maintenance'
  if (state === 'drain') return sessionsActive > 0 ? 'draining' : 'drained'
  return health
}

/** A standing in words. */
export function standingWords(standing: Standing): string {
  return WORDS[standing]
}

const WORDS: Readonly<Record<Standing, string>> = {
  up: 'Up',
  down: 'Down',
  unknown: 'Unknown',
  draining: 'Draining',
  drained: 'Drained',
  maintenance: 'Maintenance',
}

/** How many backends stand how, only those that occur, worst first. */
export function census(
  backends: readonly BackendView[],
): readonly { readonly standing: Standing; readonly count: number }[] {
  const standings = backends.map(standingOf)
  return STANDINGS.map(standing => ({
    standing,
    count: standings.filter(other => other === standing).length,
  })).filter(({ count }) => count > 0)
}

/** `11 up, 1 down`, worst first. */
export function censusWords(backends: readonly BackendView[]): string {
  if (backends.length === 0) return 'no backends'
  return census(backends)
    .map(({ standing, count }) => `${count} ${WORDS[standing].toLowerCase()}`)
    .join(', ')
}

/** How everything stands: the one thing to see from across the room. */
export interface Overall {
  readonly kind: 'waiting' | 'well' | 'degraded' | 'none'
  readonly words: string
  readonly detail: string
}

/** The overall state; undefined services = nothing was heard yet. */
export function overall(services: readonly ServiceView[] | undefined): Overall {
  if (services === undefined)
    return { kind: 'waiting', words: 'Waiting', detail: 'for the first word from evenkeel' }
  const without = services.filter(({ failover }) => failover === 'none').map(({ name }) => name)
  if (without.length > 0) return { kind: 'none', words: 'No backend', detail: `for ${without.join(', ')}` }
  const down = services.flatMap(({ backends }) => backends.filter(backend => standingOf(backend) === 'down'))
  const onBackup = services.filter(({ failover }) => failover !== 'primary').map(({ name }) => name)
  const reasons = [
    ...(down.length > 0 ? [count(down.length, 'backend is down', 'backends are down')] : []),
    ...(onBackup.length > 0 ? [`backups serve ${onBackup.join(', ')}`] : []),
  ]
  if (reasons.length > 0) return { kind: 'degraded', words: 'Degraded', detail: reasons.join('; ') }
  const backends = services.flatMap(service => service.backends)
  const detail = `${count(services.length, 'service', 'services')}, ${count(backends.length, 'backend', 'backends')}`
  return { kind: 'well', words: 'All well', detail }
}

/** Who serves, in words. */
export function failoverWords(failover: ServiceView['failover']): string {
  switch (failover) {
    case 'primary':
      return 'Primaries serve'
    case 'backup':
      return 'Backups serve'
    case 'returning':
      return 'Backups serve, primaries return soon'
    case 'none':
      return 'No eligible backend'
  }
}

/** `1 backend`, `2 backends`. */
export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}
