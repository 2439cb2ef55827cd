import type { Algorithm } from '../../core/strategy/index.js'
import type { ProbeDraft, ServiceDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import { onlyPort } from './bind.js'
import { readChecks } from './health.js'
import { saidNumber, type Proxy } from './proxy.js'
import { readServer, readTemplate, type Server } from './server.js'
import type { ServerParams } from './server-params.js'
import { aboveZero, longest } from '../timeouts.js'

/** What HAProxy probes at when nothing is said, in milliseconds. */
const INTER = 2000

const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  roundrobin: 'round-robin',
  'static-rr': 'round-robin',
  leastconn: 'least-connections',
  source: 'ip-hash',
  random: 'random-two',
}

/** The service of a frontend and its backend, which are one for `listen`. */
export function toService(front: Proxy, back: Proxy, notes: Notes): ServiceDraft {
  const { section } = front
  const subject = `${section.kind} ${section.name}`
  const port = onlyPort(front.listen)
  const servers = back.servers.flatMap(({ statement, defaults }) => {
    if (statement.words[0] === 'server-template') return readTemplate(statement, defaults, port, notes)
    const server = readServer(statement, defaults, port, notes)
    return server === undefined ? [] : [server]
  })
  const backups = servers.filter(({ params }) => params.backup === true)
  if (backups.length > 1 && !back.said.has('option allbackups')) {
    notes.add(
      backups[1]?.line,
      `server ${backups[1]?.name}`,
      'all backups serve together here, not the first alone',
    )
  }
  const isChecked = servers.some(({ params }) => params.check === true)
  const shutsDown = servers.every(({ params }) => params.check !== true || params.shutsDown === true)
  const retries = saidNumber(back, 'retries')
  const maxconn = saidNumber(front, 'maxconn')
  return {
    name: section.name,
    line: section.line,
    subject,
    listen: front.listen,
    balance: readBalance(back, notes),
    backends: servers.map(({ backend }) => backend),
    probe: isChecked ? readProbe(back, servers, notes) : { kind: 'none' },
    // HAProxy leaves the sessions of a server that went down alone.
    closeOn: isChecked && !shutsDown ? ['none'] : undefined,
    slowStart: readSlowStart(servers, notes),
    connectTimeout: aboveZero(back.timeouts.get('connect')),
    connectAttempts: retries === undefined ? undefined : retries + 1,
    idleTimeout: idleTimeout(front, back),
    finTimeout: longest(front.timeouts.get('client-fin'), back.timeouts.get('server-fin')),
    maxConnections: aboveZero(maxconn),
    sendSource: readSource(back, servers, notes),
  }
}

function readBalance(back: Proxy, notes: Notes): Algorithm | undefined {
  const statement = back.said.get('balance')
  const [, given = 'roundrobin'] = statement?.words ?? []
  const name = given.replace(/\(.*$/, '')
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined
  if (algorithm === undefined) {
    const why = name === 'first' ? 'is not there: maxConnections and backup come close' : 'is not there'
    notes.add(statement?.line, `balance ${given}`, `${why}; round-robin is used`)
  }
  if (given === 'random(1)')
    notes.add(statement?.line, `balance ${given}`, 'the better of two is taken: random-two')
  return algorithm === 'round-robin' ? undefined : algorithm
}

/** One probe for all servers: what they say differently is as the first says it. */
function readProbe(back: Proxy, servers: readonly Server[], notes: Notes): ProbeDraft {
  const probe = readChecks(back.checks, notes)
  for (const { line, name, params } of servers) {
    if (params.check !== true) notes.add(line, `server ${name}`, 'is probed as well, as its neighbours are')
  }
  const checked = servers.filter(({ params }) => params.check === true)
  const inter = shared(checked, 'inter', notes)
  const { timeouts } = back
  const limit = aboveZero(timeouts.get('check')) ?? aboveZero(timeouts.get('connect'))
  return {
    ...probe,
    port: probe.port ?? shared(checked, 'port', notes),
    interval: inter,
    timeout:
      limit === undefined && inter === undefined ? undefined : Math.min(limit ?? Infinity, inter ?? INTER),
    rise: shared(checked, 'rise', notes),
    fall: shared(checked, 'fall', notes),
    fastInterval: shared(checked, 'fastinter', notes),
    downInterval: shared(checked, 'downinter', notes),
  }
}

type NumberOf = 'inter' | 'port' | 'rise' | 'fall' | 'fastinter' | 'downinter'

function shared(servers: readonly Server[], key: NumberOf, notes: Notes): number | undefined {
  return same(servers, params => params[key], key, notes)
}

/** What the first server says; the others that say otherwise are told of. */
function same<T>(
  servers: readonly Server[],
  read: (params: ServerParams) => T,
  key: string,
  notes: Notes,
): T | undefined {
  const [first, ...others] = servers
  if (first === undefined) return undefined
  for (const { line, name, params } of others) {
    if (read(params) === read(first.params)) continue
    notes.add(
      line,
      `server ${name}: ${key}`,
      `is the same for all servers of a service: as ${first.name} has it`,
    )
  }
  return read(first.params)
}

/** The longest of all: a server that comes back too gently is no harm. */
function readSlowStart(servers: readonly Server[], notes: Notes): number | undefined {
  const slowest = Math.max(0, ...servers.map(({ params }) => params.slowstart ?? 0))
  for (const { line, name, params } of servers) {
    if (params.slowstart === slowest || slowest === 0) continue
    notes.add(line, `server ${name}`, 'slowstart is the same for all servers of a service: the longest')
  }
  return aboveZero(slowest)
}

/** `timeout tunnel` is what holds once both sides have spoken; else the longer of the two sides. */
function idleTimeout(front: Proxy, back: Proxy): number | undefined {
  const tunnel = back.timeouts.get('tunnel')
  return tunnel ?? longest(front.timeouts.get('client'), back.timeouts.get('server'))
}

function readSource(back: Proxy, servers: readonly Server[], notes: Notes): string | undefined {
  const statement = back.said.get('source')
  const own = same(servers, params => params.source, 'source', notes)
  if (statement === undefined || own !== undefined) return own
  const [, address = '', ...more] = statement.words
  if (more.length > 0)
    notes.add(statement.line, statement.words.join(' '), 'only the address is carried over')
  return address.replace(/:0?$/, '')
}
