import { problem } from './answer.js'
import type { Answer } from './answer.js'
import { addBackend, changeBackend, killSessions, reload, removeBackend } from './changes.js'
import { explain, healthz, history, journal, metrics, page, readyz, service, services } from './reads.js'
import type { Respond } from './reply.js'
import { events, live } from './stream-routes.js'

interface Route {
  /** Segments of the path; `:name` stands for any one. */
  readonly path: readonly string[]
  /** GET is open to all, every other method is a change. */
  readonly methods: ReadonlyMap<string, Respond>
}

const ROUTES: readonly Route[] = [
  route('/', { GET: page }),
  route('/healthz', { GET: healthz }),
  route('/readyz', { GET: readyz }),
  route('/metrics', { GET: metrics }),
  route('/api/v1/services', { GET: services }),
  route('/api/v1/services/:service', { GET: service }),
  route('/api/v1/services/:service/backends', { POST: addBackend }),
  route('/api/v1/services/:service/backends/:backend', { PATCH: changeBackend, DELETE: removeBackend }),
  route('/api/v1/services/:service/backends/:backend/kill-sessions', { POST: killSessions }),
  route('/api/v1/explain', { GET: explain }),
  route('/api/v1/events', { GET: events }),
  route('/api/v1/live', { GET: live }),
  route('/api/v1/journal', { GET: journal }),
  route('/api/v1/history', { GET: history }),
  route('/api/v1/reload', { POST: reload }),
]

function route(path: string, methods: Readonly<Record<string, Respond>>): Route {
  return { path: path.split('/').slice(1), methods: new Map(Object.entries(methods)) }
}

/** Who answers a request, and what it says beyond its route. */
export interface Found {
  readonly respond: Respond
  /** Whether it changes something, which needs the token. */
  readonly isChange: boolean
  readonly parameters: readonly string[]
  readonly query: URLSearchParams
}

/**
 * Who answers a request that passed the guard, or the refusal when nobody does.
 *
 * @param method upper case
 * @param target path and query as they were sent
 */
export function findRoute(method: string, target: string): Found | Answer {
  const [path = '', ...query] = target.split('?')
  for (const route of ROUTES) {
    const parameters = match(route.path, path)
    if (parameters === undefined) continue
    const respond = route.methods.get(method === 'HEAD' ? 'GET' : method)
    if (respond === undefined) return notAllowed(method, [...route.methods.keys()])
    const isChange = respond !== route.methods.get('GET')
    return { respond, isChange, parameters, query: new URLSearchParams(query.join('?')) }
  }
  return problem(404, `there is nothing at ${path}`)
}

/** The refusal of a method where there are only `methods`. */
export function notAllowed(method: string, methods: readonly string[]): Answer {
  const allowed = methods.flatMap(name => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
  const refused = problem(405, `${method} is not one of ${allowed.join(', ')}`)
  return { ...refused, headers: { ...refused.headers, Allow: allowed.join(', ') } }
}

/** The decoded parameters when the path has this shape. */
function match(pattern: readonly string[], path: string): readonly string[] | undefined {
  const segments = path.split('/')
  if (segments.shift() !== '' || segments.length !== pattern.length) return undefined
  const parameters: string[] = []
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (expected.startsWith(':')) {
      const decoded = decode(segment)
      if (decoded === undefined) return undefined
      parameters.push(decoded)
    } else if (segment !== expected) return undefined
  }
  return parameters
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
