import { json, problem, text } from './answer.js'
import type { Answer } from './answer.js'
import { dashboard } from './dashboard.js'
import type { ServiceView } from '../../api/views.js'

/** What the admin server tells about. A rejection becomes a 500 and a warning. */
export interface AdminSource {
  services(): Promise<readonly ServiceView[]>
  /** The names of the services that have no eligible backend. */
  notReady(): readonly string[]
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>
}

export interface AdminRequest {
  /** Upper case. */
  readonly method: string
  /** The request target: path and query as they were sent. */
  readonly target: string
}

type Respond = (source: AdminSource, parameters: readonly string[]) => Answer | Promise<Answer>

interface Route {
  /** Segments of the path; `:name` stands for any one. */
  readonly path: readonly string[]
  readonly methods: ReadonlyMap<string, Respond>
}

/** A route that is only read. */
function reads(path: readonly string[], respond: Respond): Route {
  return { path, methods: new Map([['GET', respond]]) }
}

const ROUTES: readonly Route[] = [
  reads([''], dashboard()),
  reads(['healthz'], () => text(200, 'ok')),
  reads(['readyz'], source => readiness(source.notReady())),
  reads(['metrics'], async source => {
    const { contentType, body } = await source.metrics()
    return text(200, body, contentType)
  }),
  reads(['api', 'v1', 'services'], async source => json(200, { services: await source.services() })),
  reads(['api', 'v1', 'services', ':service'], async (source, [name = '']) => {
    const service = (await source.services()).find(service => service.name === name)
    return service === undefined ? problem(404, `there is no service ${name}`) : json(200, service)
  }),
]

/** The answer to a request that passed the guard. Rejects only when the source does. */
export async function answer({ method, target }: AdminRequest, source: AdminSource): Promise<Answer> {
  const path = target.split('?', 1)[0] ?? ''
  for (const route of ROUTES) {
    const parameters = match(route.path, path)
    if (parameters === undefined) continue
    const respond = route.methods.get(method === 'HEAD' ? 'GET' : method)
    return respond === undefined ? notAllowed(method, [...route.methods.keys()]) : respond(source, parameters)
  }
  return problem(404, `there is nothing at ${path}`)
}

function readiness(notReady: readonly string[]): Answer {
  if (notReady.length === 0) return text(200, 'ready')
  return problem(503, `no eligible backend: ${notReady.join(', ')}`, { services: notReady })
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
