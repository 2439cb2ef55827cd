import type { Draft, ServiceDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import { readThreads } from '../threads.js'
import { readBlocks, type Directive } from './blocks.js'
import { readServer, toService, type Server } from './server.js'
import { readSetting, type Settings } from './settings.js'
import { readUpstream, type Upstream } from './upstream.js'

/** Directives outside of `stream`, and why they are not carried over; '' is nothing worth telling. */
const TOLD: Readonly<Record<string, string>> = {
  http: 'left out: HTTP is not read, and evenkeel balances connections',
  mail: 'left out: mail is not proxied',
  events: '',
  load_module: '',
  daemon: 'evenkeel stays in the foreground: let systemd or a container run it',
  master_process: 'evenkeel is one process',
  user: 'start evenkeel as that user: see examples/systemd',
  pid: 'systemd knows the process',
  error_log: 'events go to standard output',
  worker_rlimit_nofile: 'set the limit of open files where evenkeel is started',
  worker_cpu_affinity: 'threads are not bound to cores',
  worker_shutdown_timeout: 'drainTimeout is the time that sessions have on SIGTERM',
  env: 'the exec probe has the environment of evenkeel',
  include: 'other files are not read: import them by themselves',
}

/** Reads a configuration of nginx, or a file that is included in its `stream`. Throws an ImportError for what is none. */
export function importNginx(text: string, notes: Notes): Draft {
  const directives = readBlocks(text, notes)
  if (directives.length === 0) throw notes.unreadable(undefined, 'no directive of nginx is in it')
  const streams = directives.filter(({ name, block }) => name === 'stream' && block !== undefined)
  if (streams.length === 0 && directives.some(isOfStream)) return { services: readStream(directives, notes) }
  let workers: Draft['workers']
  for (const directive of directives) {
    const { line, name, args, block } = directive
    const tell = (why: string): void => notes.add(line, [name, ...args].join(' '), why)
    if (streams.includes(directive)) continue
    if (name === 'worker_processes') workers = readThreads(args[0] ?? '', tell)
    else {
      const why = Object.hasOwn(TOLD, name)
        ? (TOLD[name] ?? '')
        : block === undefined
          ? 'not known here'
          : 'left out'
      if (why !== '') tell(why)
    }
  }
  return { workers, services: streams.flatMap(({ block = [] }) => readStream(block, notes)) }
}

/** A `server` or an `upstream` of `http` has neither `proxy_pass` itself nor what it passes to. */
function isOfStream({ name, block = [] }: Directive): boolean {
  return name === 'server' && block.some(inner => inner.name === 'proxy_pass')
}

function readStream(directives: readonly Directive[], notes: Notes): readonly ServiceDraft[] {
  let settings: Settings = {}
  const groups = new Map<string, { readonly upstream: Upstream; readonly line: number }>()
  for (const directive of directives) {
    const { name, args, line } = directive
    if (name === 'upstream') groups.set(args[0] ?? '', { upstream: readUpstream(directive, notes), line })
    else if (name !== 'server') settings = readSetting(directive, settings, notes)
  }
  const alike = new Map<string, Server[]>()
  for (const directive of directives) {
    if (directive.name !== 'server') continue
    const server = readServer(directive, settings, notes)
    if (server === undefined) continue
    const key = JSON.stringify([server.target, server.settings])
    const others = alike.get(key)
    if (others === undefined) alike.set(key, [server])
    else others.push(server)
  }
  const used = new Set([...alike.values()].flat().map(({ target }) => target))
  for (const [name, { line }] of groups) {
    if (!used.has(name))
      notes.add(line, `upstream ${name}`, 'left out: no server that was carried over passes to it')
  }
  return [...alike.values()].map(servers => {
    const target = servers[0]?.target ?? ''
    const group = groups.get(target)?.upstream
    return toService(servers, group ?? single(target), group !== undefined)
  })
}

/** What `proxy_pass` makes of an address. */
function single(address: string): Upstream {
  return {
    balance: undefined,
    backends: [{ address: address.replace(/^unix:(?:\/\/)?(?=\/)/, 'unix:') }],
    maxFails: undefined,
    failTimeout: undefined,
    slowStart: undefined,
  }
}
