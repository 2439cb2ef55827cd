import { formatHostPort } from '../core/backend.js'
import type {
  AdminFact,
  BackendStateFact,
  ConfigRejectedFact,
  ConfigReloadedFact,
  FailoverFact,
  ListeningFact,
  ProbeFact,
  RefusedFact,
  SessionFact,
  WorkerFailedFact,
  WorkerReplacedFact,
} from '../core/observer.js'

/** `listening on tcp://127.0.0.1:5432`: the bound address, in the form a listener is configured in. */
export function listeningMessage({ listener, address, port }: ListeningFact): string {
  if (port === undefined) return `listening on unix:${address}`
  const protocol = listener.startsWith('udp:') ? 'udp' : 'tcp'
  return `listening on ${protocol}://${formatHostPort(address, port)}`
}

/** What an operator did, or what came of it: `postgres/db1: drain for 10m, then kill`. */
export function adminMessage({ action, service, backend, ...fields }: AdminFact): string {
  if (service === undefined || backend === undefined) {
    return listed(`admin ${action}`, { service, backend, ...fields })
  }
  const what = `${String(service)}/${String(backend)}`
  switch (action) {
    case 'drained':
      return `${what}: its last session is over`
    case 'removed':
      return `${what} is gone: its last session is over`
    case 'deadline':
      return `${what}: its time in ${String(fields['state'])} is over, then ${String(fields['then'])}`
    case 'weight':
      return `${what}: weight ${String(fields['weight'])}`
    case 'drain':
    case 'maintenance': {
      const { forMs, then } = fields
      const end = forMs === undefined ? '' : ` for ${span(Number(forMs))}, then ${String(then)}`
      return `${what}: ${action}${end}`
    }
    default:
      return listed(`${what}: ${action}`, fields)
  }
}

/** `10m`, as durations are configured. */
function span(milliseconds: number): string {
  for (const [unit, length] of UNITS) {
    if (milliseconds % length === 0) return `${milliseconds / length}${unit}`
  }
  return `${milliseconds}ms`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

function listed(text: string, fields: Readonly<Record<string, unknown>>): string {
  const of = Object.values(fields)
    .filter(value => value !== undefined)
    .map(String)
    .join(' ')
  return of === '' ? text : `${text} ${of}`
}

/** `db1 is down: connection refused (ECONNREFUSED)`; a cause other than `dead` is named. */
export function backendStateMessage({ backend, from, to, cause, reason }: BackendStateFact): string {
  switch (to) {
    case 'up':
      return `${backend} is ${from === 'down' ? 'up again' : 'up'}: ${reason}`
    case 'down':
      return `${backend} is down${cause === undefined || cause === 'dead' ? '' : ` (${cause})`}: ${reason}`
    case 'unknown':
      return `${backend} may get clients again: ${reason}`
  }
}

/** Who serves from now on. */
export function failoverMessage({ from, to }: FailoverFact): string {
  switch (to) {
    case 'primary':
      return from === 'none' ? 'a primary is up: serving again' : 'primaries serve again'
    case 'backup':
      return 'no primary is up: backups serve'
    case 'returning':
      return 'primaries are up: backups serve until the failback delay has passed'
    case 'none':
      return 'no backend is eligible: new clients are refused'
  }
}

/** What one probe found. */
export function probeMessage({ backend, ok, durationMs }: ProbeFact): string {
  return `probe of ${backend} ${ok ? 'passed' : 'failed'} after ${milliseconds(durationMs)} ms`
}

/** How one session ended. */
export function sessionMessage({ client, backend, reason, durationMs }: SessionFact): string {
  return `${client} to ${backend}: ${reason} after ${milliseconds(durationMs)} ms`
}

/** Whom we refused last; `suppressed` is how many refusals of this kind had no line of their own. */
export function refusedMessage({ protocol, reason, client }: RefusedFact, suppressed: number): string {
  const count = suppressed === 0 ? '' : `, ${suppressed} in all since the last such line`
  return `refused ${protocol} client ${client}: ${reason}${count}`
}

/** Which thread ended, with how many sessions, and the first line of why. */
export function workerFailedMessage({ worker, error, sessions }: WorkerFailedFact): string {
  return `data thread ${worker} failed and ended ${sessions} sessions: ${error.split('\n', 1)[0] ?? ''}`
}

/** Which thread serves again. */
export function workerReplacedMessage({ worker, afterMs }: WorkerReplacedFact): string {
  return `data thread ${worker} was replaced after ${Math.round(afterMs)} ms`
}

/** Which configuration is in force now. */
export function configReloadedMessage({ source }: ConfigReloadedFact): string {
  return `reloaded ${source}`
}

/** Why the old configuration stays. */
export function configRejectedMessage({ source, reason }: ConfigRejectedFact): string {
  return `${source} was not loaded, the old configuration stays: ${reason}`
}

/** A duration to the microsecond: more digits say nothing. */
export function milliseconds(duration: number): number {
  return Math.round(duration * 1000) / 1000
}
