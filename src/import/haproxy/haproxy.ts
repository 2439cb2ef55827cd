import type { Draft, ServiceDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import { readThreads } from '../threads.js'
import { readProxy, type Proxy } from './proxy.js'
import { readSections, type Section, type Statement } from './sections.js'
import { toService } from './service.js'
import { NEEDS_HTTP, OPTIONS_NEED_HTTP, TOLD_GLOBALS } from './told.js'

const OTHER_SECTIONS: Readonly<Record<string, string>> = {
  resolvers: 'names are looked up once, at start, in the hosts file and in DNS',
  peers: 'evenkeel shares no tables with others',
  userlist: 'HTTP is not read',
  cache: 'HTTP is not read',
  'http-errors': 'HTTP is not read',
  'fcgi-app': 'HTTP is not read',
  mailers: 'no mail is sent: see the alert rules in examples/prometheus',
  program: 'let systemd run other programs',
  ring: 'logs go to standard output',
  'log-forward': 'logs are not forwarded',
  'log-profile': 'logs go to standard output',
}

/** Reads a configuration of HAProxy 2.x. Throws an ImportError when the text has none of its sections. */
export function importHaproxy(text: string, notes: Notes): Draft {
  const sections = readSections(text, notes)
  if (sections.length === 0)
    throw notes.unreadable(undefined, 'no section of HAProxy (such as listen or backend) is in it')
  let workers: Draft['workers']
  const proxies: Proxy[] = []
  const defaults = new Map<string, readonly Statement[]>()
  let current: readonly Statement[] = []
  for (const section of sections) {
    const inherited = section.from === undefined ? undefined : defaults.get(section.from)
    if (section.from !== undefined && inherited === undefined) {
      notes.add(
        section.line,
        `${section.kind} ${section.name}`,
        `there are no defaults ${section.from} above it`,
      )
    }
    if (section.kind === 'global') workers = readGlobal(section, notes) ?? workers
    else if (section.kind === 'defaults') {
      current = [...(inherited ?? []), ...section.statements]
      if (section.name !== '') defaults.set(section.name, current)
    } else if (/^(listen|frontend|backend)$/.test(section.kind)) {
      const proxy = readUnlessDisabled(section, inherited ?? current, notes)
      if (proxy !== undefined) proxies.push(proxy)
    } else {
      const why = OTHER_SECTIONS[section.kind] ?? 'not known here'
      notes.add(section.line, `${section.kind} ${section.name}`.trim(), `left out: ${why}`)
    }
  }
  return { workers, services: toServices(proxies, notes) }
}

function readGlobal(section: Section, notes: Notes): Draft['workers'] {
  let workers: Draft['workers']
  for (const { line, words } of section.statements) {
    const [keyword = '', value = ''] = words
    if (keyword !== 'nbthread') {
      const why = Object.hasOwn(TOLD_GLOBALS, keyword) ? TOLD_GLOBALS[keyword] : undefined
      const isTls = /^(ssl|tune\.ssl|ca-base|crt-base|key-base|issuers)/.test(keyword)
      const isTuning = keyword.startsWith('tune.')
      const reason =
        why ?? (isTls ? 'evenkeel speaks no TLS' : isTuning ? 'nothing to tune here' : 'not known here')
      if (reason !== '') notes.add(line, words.join(' '), reason)
      continue
    }
    workers = readThreads(value, why => notes.add(line, `nbthread ${value}`, why))
  }
  return workers
}

/** The proxy; undefined when nothing of it can be carried over, which is told in one line then. */
function readUnlessDisabled(
  section: Section,
  defaults: readonly Statement[],
  notes: Notes,
): Proxy | undefined {
  const all = [...defaults, ...section.statements]
  const leaveOut = (why: string): undefined => {
    notes.add(section.line, `${section.kind} ${section.name}`, `left out: ${why}`)
  }
  if (section.statements.some(({ words }) => words[0] === 'disabled')) return leaveOut('it is disabled')
  const mode = all.filter(({ words }) => words[0] === 'mode').at(-1)
  const kind = mode?.words[1] ?? 'tcp'
  if (kind !== 'tcp' && kind !== 'http') return leaveOut(`mode ${kind} is not known`)
  if (kind === 'tcp') return readProxy(section, defaults, notes)
  const needs = all.find(({ words: [keyword = '', option = ''] }) =>
    keyword === 'option' ? OPTIONS_NEED_HTTP.has(option) : NEEDS_HTTP.has(keyword),
  )
  if (needs !== undefined) {
    const rule = needs.words.slice(0, needs.words[0] === 'option' ? 2 : 1).join(' ')
    return leaveOut(
      `mode http with ${rule} (line ${needs.line}), and evenkeel balances connections without reading HTTP`,
    )
  }
  notes.add(
    mode?.line,
    'mode http',
    'connections are balanced, not requests: one client connection stays on one server',
  )
  return readProxy(section, defaults, notes)
}

function toServices(proxies: readonly Proxy[], notes: Notes): readonly ServiceDraft[] {
  const backends = new Map(
    proxies.filter(({ section }) => section.kind !== 'frontend').map(proxy => [proxy.section.name, proxy]),
  )
  const used = new Map<string, string>()
  const services = proxies.flatMap(front => {
    const { kind, name, line } = front.section
    if (kind === 'backend') return []
    const wanted = front.said.get('default_backend')?.words[1]
    const back = wanted === undefined ? (kind === 'listen' ? front : undefined) : backends.get(wanted)
    if (back === undefined) {
      const why =
        wanted === undefined
          ? 'it has no default_backend'
          : `its backend ${wanted} is not there or was left out`
      notes.add(line, `${kind} ${name}`, `left out: ${why}`)
      return []
    }
    const other = used.get(back.section.name)
    if (other !== undefined && back !== front) {
      notes.add(
        line,
        `${kind} ${name}`,
        `shares its servers with ${other}: each probes, counts and limits them by itself`,
      )
    }
    used.set(back.section.name, name)
    return [toService(front, back, notes)]
  })
  for (const { section } of proxies) {
    if (section.kind === 'backend' && !used.has(section.name)) {
      notes.add(
        section.line,
        `backend ${section.name}`,
        'left out: no frontend that was carried over leads to it by default',
      )
    }
  }
  return services
}
