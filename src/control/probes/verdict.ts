import type { Endpoint } from '../../core/backend.js'
import { isLocalTrouble } from '../../core/local-trouble.js'
import type { Verdict } from './probe.js'

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host unreachable',
  EHOSTDOWN: 'host down',
  ENETUNREACH: 'network unreachable',
  EMSGSIZE: 'datagram too long',
  ENOENT: 'no such socket',
  ENOTSOCK: 'not a socket',
  EMFILE: 'no file descriptor left',
  ENFILE: 'no file descriptor left on this host',
  EADDRNOTAVAIL: 'no local address or port left',
  EADDRINUSE: 'local address in use',
  ENOBUFS: 'no buffer left',
  ENOMEM: 'no memory left',
  EACCES: 'not permitted',
  EPERM: 'not permitted',
  EAGAIN: 'no resources left',
}

/** What a probe that was ended from outside says: nothing. */
export const ABORTED: Verdict = { kind: 'local', reason: 'aborted' }

export function passed(reason: string): Verdict {
  return { kind: 'pass', reason }
}

/** The backend does not work. */
export function dead(reason: string): Verdict {
  return { kind: 'fail', cause: 'dead', reason }
}

/** What an error of a socket or of a child process says: of the backend, or of ourselves. */
export function verdictOf(error: NodeJS.ErrnoException): Verdict {
  const { code } = error
  if (code === undefined) return dead(error.message)
  return isBacklogFull(error) ? BACKLOG_FULL : verdictOfCode(code)
}

function verdictOfCode(code: string): Verdict {
  const words = code.startsWith('HPE_') ? 'malformed HTTP answer' : WORDS[code]
  const reason = words === undefined ? code : `${words} (${code})`
  return isLocalTrouble(code) ? { kind: 'local', reason } : dead(reason)
}

/** What an error of a stream socket says, known by its code. */
export function connectVerdict(code: string, target: Endpoint): Verdict {
  return code === 'EAGAIN' && target.kind === 'unix' ? BACKLOG_FULL : verdictOfCode(code)
}

const BACKLOG_FULL = dead('backlog full (EAGAIN)')

/** A unix socket that nobody accepts from says EAGAIN, which anywhere else is our own lack. */
function isBacklogFull(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EAGAIN' && error.syscall === 'connect' && !('port' in error)
}
