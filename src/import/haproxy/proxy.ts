import type { Notes } from '../notes.js'
import { readBind } from './bind.js'
import { CHECK_OPTIONS, type Checks } from './health.js'
import type { Section, Statement } from './sections.js'
import { readServerParams, type ServerParams } from './server-params.js'
import { readNumber, readTime } from './time.js'
import { OPTIONS_NEED_HTTP, TOLD, TOLD_OPTIONS } from './told.js'

/** A `listen`, `frontend` or `backend` with what holds in it, its defaults included. */
export interface Proxy {
  readonly section: Section
  readonly listen: readonly string[]
  /** The servers as they stand, each with the defaults that hold there. */
  readonly servers: readonly { readonly statement: Statement; readonly defaults: ServerParams }[]
  readonly checks: Checks
  /** Milliseconds, by the name after `timeout`. */
  readonly timeouts: ReadonlyMap<string, number>
  /** The last statement of each keyword that is said once, such as `balance`; of options as `option redispatch`. */
  readonly said: ReadonlyMap<string, Statement>
}

const SAID_ONCE: ReadonlySet<string> = new Set([
  'mode',
  'balance',
  'maxconn',
  'retries',
  'source',
  'default_backend',
  'disabled',
])

const TIMEOUTS: ReadonlySet<string> = new Set([
  'connect',
  'client',
  'server',
  'client-fin',
  'server-fin',
  'tunnel',
  'check',
])

const TOLD_TIMEOUTS: Readonly<Record<string, string>> = {
  queue: 'hold parks clients while no backend is eligible',
  tarpit: 'no client is made to wait on purpose',
}

/** Reads the statements of a proxy after those of its defaults. What cannot be carried over is told of. */
export function readProxy(section: Section, defaults: readonly Statement[], notes: Notes): Proxy {
  const listen: string[] = []
  const servers: { readonly statement: Statement; readonly defaults: ServerParams }[] = []
  const timeouts = new Map<string, number>()
  const said = new Map<string, Statement>()
  const checks: { -readonly [K in keyof Checks]: Statement[] } = {
    option: [],
    tcpChecks: [],
    httpChecks: [],
    command: [],
  }
  let serverDefaults: ServerParams = {}

  const read = (statement: Statement): void => {
    const { line, words } = statement
    const [keyword = '', first = ''] = words
    const tell = (text: string): void => {
      if (text !== '') notes.add(line, words.join(' '), text)
    }
    if (SAID_ONCE.has(keyword)) said.set(keyword, statement)
    else if (keyword === 'bind') {
      for (const url of readBind(statement, notes)) listen.push(url)
    } else if (keyword === 'server' || keyword === 'server-template') {
      servers.push({ statement, defaults: serverDefaults })
    } else if (keyword === 'default-server') {
      serverDefaults = readServerParams(words.slice(1), serverDefaults, (parameter, text) =>
        notes.add(line, `default-server: ${parameter}`, text),
      )
    } else if (keyword === 'timeout' || /^(cli|srv|con)timeout$/.test(keyword)) {
      readTimeout(words, timeouts, tell)
    } else if (keyword === 'option') {
      if (Object.hasOwn(CHECK_OPTIONS, first)) checks.option.push(statement)
      else tell(reasonForOption(first))
      said.set(`option ${first}`, statement)
    } else if (keyword === 'no' && first === 'option') {
      const [, , option = ''] = words
      said.delete(`option ${option}`)
      if (option === 'redispatch') tell('a client is always tried elsewhere: connectAttempts 1 tries once')
      if (checks.option.at(-1)?.words[1] === option) checks.option.pop()
    } else if (keyword !== 'no') {
      if (keyword === 'tcp-check') checks.tcpChecks.push(statement)
      else if (keyword === 'http-check') checks.httpChecks.push(statement)
      else if (keyword === 'external-check' && first === 'command') checks.command.push(statement)
      said.set(keyword, statement)
      if (keyword === 'hash-type' && first !== 'consistent') tell('ip-hash is always consistent')
      if (keyword !== 'hash-type')
        tell(Object.hasOwn(TOLD, keyword) ? (TOLD[keyword] ?? '') : 'not known here')
    }
  }
  for (const statement of [...defaults, ...section.statements]) read(statement)
  const { option, command, ...lists } = checks
  return {
    section,
    listen,
    servers,
    checks: { ...lists, option: option.at(-1), command: command.at(-1) },
    timeouts,
    said,
  }
}

function readTimeout(
  words: readonly string[],
  timeouts: Map<string, number>,
  tell: (text: string) => void,
): void {
  const [, name = '', text = ''] = words
  const millis = readTime(text)
  if (!TIMEOUTS.has(name)) {
    const isHttp = name.startsWith('http-') || name === 'client-hs'
    tell(TOLD_TIMEOUTS[name] ?? (isHttp ? 'neither HTTP nor TLS is read' : 'not known here'))
  } else if (millis === undefined) tell('not a time')
  else timeouts.set(name, millis)
}

function reasonForOption(option: string): string {
  if (Object.hasOwn(TOLD_OPTIONS, option)) return TOLD_OPTIONS[option] ?? ''
  return option.startsWith('http') || OPTIONS_NEED_HTTP.has(option) ? 'HTTP is not read' : 'not known here'
}

/** The number after a keyword; undefined when it is not said. */
export function saidNumber(proxy: Proxy, keyword: string): number | undefined {
  return readNumber(proxy.said.get(keyword)?.words[1] ?? '')
}
