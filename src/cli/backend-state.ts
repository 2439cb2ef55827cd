import type { BackendView, ServiceView } from '../api/views.js'
import type { Millis } from '../clock.js'
import { formatSpan } from './amounts.js'
import type { Cell } from './table.js'
import type { Style } from './styled.js'
import { printable } from './terminal-text.js'

/** A sign for those who skim; the words beside it say the same. */
export function stateSign(backend: Pick<BackendView, 'health' | 'state'>): Cell {
  return [SIGNS[signOf(backend)], stateStyle(backend)]
}

const SIGNS = { up: '●', down: '✗', unknown: '?', off: '○' } as const

function signOf({ health, state }: Pick<BackendView, 'health' | 'state'>): keyof typeof SIGNS {
  if (health === 'down') return 'down'
  return state === 'ready' ? health : 'off'
}

/** How a backend that is in this state looks. */
export function stateStyle(backend: Pick<BackendView, 'health' | 'state'>): Style {
  return ({ up: 'good', down: 'bad', unknown: 'warning', off: 'warning' } as const)[signOf(backend)]
}

/** `up`, `down, drain`: health, then what the operator wants where it is not `ready`, then `backup`. */
export function stateWords({
  health,
  state,
  backup,
}: Pick<BackendView, 'health' | 'state' | 'backup'>): string {
  return [health, ...(state === 'ready' ? [] : [state]), ...(backup ? ['backup'] : [])].join(', ')
}

const ENDS = { kill: 'sessions end', ready: 'ready', maintenance: 'maintenance' } as const

/** `sessions end in 9m 40s`; undefined without a deadline. @param now milliseconds since 1970 */
export function deadlineWords({ deadline }: Pick<BackendView, 'deadline'>, now: Millis): string | undefined {
  if (deadline === null) return undefined
  return `${ENDS[deadline.then]} in ${formatSpan(Date.parse(deadline.at) - now)}`
}

/** Why it is down, or what its last probe complained of; undefined when there is nothing to say. */
export function troubleWords({ health, cause, lastProbe }: BackendView): string | undefined {
  const reason = lastProbe === null || lastProbe.ok ? undefined : printable(lastProbe.reason)
  if (health === 'down') return [cause ?? 'down', ...(reason === undefined ? [] : [reason])].join(': ')
  return reason === undefined ? undefined : `last probe failed: ${reason}`
}

/** The weight, and during a slow start how much of it counts: `0.3/3`. */
export function weightWords({ weight, effectiveWeight }: BackendView): string {
  if (effectiveWeight === weight) return String(weight)
  return `${Number(effectiveWeight.toFixed(effectiveWeight < 1 ? 2 : 1))}/${weight}`
}

/** Who serves the clients of a service. */
export function failoverWords({ failover, backends }: Pick<ServiceView, 'failover' | 'backends'>): Cell {
  if (backends.length === 0) return ['no backends', 'bad']
  return FAILOVERS[failover]
}

const FAILOVERS: Readonly<Record<ServiceView['failover'], Cell>> = {
  primary: ['primaries serve', 'good'],
  backup: ['backups serve', 'warning'],
  returning: ['backups serve, primaries return', 'warning'],
  none: ['nothing serves', 'bad'],
}
