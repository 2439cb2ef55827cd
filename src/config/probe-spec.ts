import type { Expectation, ProbeSpec } from '../core/service.js'
import { parseBytes } from './bytes.js'
import { ConfigError } from './config-error.js'
import { findGiven, parseGiven, wrong, type Given, type Settings } from './given.js'
import { MOST_PORT, parseCount } from './scalar.js'
import { specSettings } from './spec-settings.js'
import { readFields, splitSpec } from './spec.js'

type Kind = ProbeSpec['kind']

/** The keys that each kind of probe has beside those of all. */
export const PROBE_KEYS = {
  none: [],
  tcp: ['port', 'send', 'expect'],
  udp: ['port', 'send', 'expect'],
  http: ['port', 'path', 'status', 'body'],
  exec: ['port', 'command'],
} as const satisfies Readonly<Record<Kind, readonly string[]>>

/** The kinds of probes. */
export const PROBE_KINDS = Object.keys(PROBE_KEYS) as readonly Kind[]

/** The statuses that a http probe may wait for: 1xx are not answers, one comes after them. */
export const STATUSES = { least: 200, most: 599 } as const

const READERS: Readonly<Record<Kind, (settings: Settings) => ProbeSpec>> = {
  none: () => ({ kind: 'none' }),
  tcp: readTcp,
  udp: readUdp,
  http: readHttp,
  exec: readExec,
}

const PATTERN = 're:'

/** What a http probe may ask for. */
export const HTTP_PATH = /^\/[\x21-\x7e]*$/

/** Splits `KIND[,key=value…]` into settings: the kind is one of them, as `kind`. */
export function probeSettings({ path, text: source }: Given): Settings {
  const [name = '', ...rest] = splitSpec(source)
  const kind = PROBE_KINDS.find(known => known === name)
  if (kind === undefined) {
    const known = PROBE_KINDS.join(', ')
    throw new ConfigError(path, source, `unknown probe kind ${JSON.stringify(name)} (known: ${known})`)
  }
  const fields = readFields(path, source, rest, { valued: PROBE_KEYS[kind], bare: [] })
  const { given, place } = specSettings(path, source, fields, [])
  return {
    given: new Map([['kind', { path: 'kind', text: kind, whole: { path, text: source } }], ...given]),
    place,
  }
}

/** Reads the probe of a kind; `settings` may have other keys than those of the kind only where no kind was given. */
export function readProbeSpec(kind: Kind, settings: Settings): ProbeSpec {
  const keys: readonly string[] = PROBE_KEYS[kind]
  const stranger = Object.values(PROBE_KEYS)
    .flat()
    .find(key => !keys.includes(key) && settings.given.has(key))
  if (stranger !== undefined)
    throw wrong(findGiven(settings, stranger, ''), `a probe of kind ${kind} has no such key`)
  return READERS[kind](settings)
}

function readTcp(settings: Settings): ProbeSpec {
  const send = settings.given.get('send')
  return {
    kind: 'tcp',
    port: readPort(settings),
    send: send && parseGiven(send, parseBytes),
    expect: readExpectation(settings),
  }
}

function readUdp(settings: Settings): ProbeSpec {
  const send = parseGiven(required(settings, 'send', 'since silence is not health'), parseBytes)
  return { kind: 'udp', port: readPort(settings), send, expect: readExpectation(settings) }
}

function readHttp(settings: Settings): ProbeSpec {
  const path = required(settings, 'path', 'such as /health')
  if (!HTTP_PATH.test(path.text)) {
    throw wrong(path, 'must start with / and contain only printable ASCII without spaces')
  }
  const status = parseGiven(findGiven(settings, 'status', '200'), (where, text) =>
    parseCount(where, text, STATUSES.least, STATUSES.most),
  )
  return {
    kind: 'http',
    port: readPort(settings),
    path: path.text,
    status,
    body: settings.given.get('body')?.text,
  }
}

function readExec(settings: Settings): ProbeSpec {
  const command = required(settings, 'command', 'such as ./check.sh')
  if (command.text.includes('\0')) throw wrong(command, 'contains a NUL character')
  return { kind: 'exec', port: readPort(settings), command: command.text }
}

function required(settings: Settings, key: string, why: string): Given {
  const value = settings.given.get(key)
  if (value === undefined) throw wrong(settings.place(key), `required, ${why}`)
  return value
}

function readPort(settings: Settings): number | undefined {
  const port = settings.given.get('port')
  return port && parseGiven(port, (path, text) => parseCount(path, text, 1, MOST_PORT))
}

function readExpectation(settings: Settings): Expectation | undefined {
  const expect = settings.given.get('expect')
  return expect && parseGiven(expect, parseExpectation)
}

function parseExpectation(path: string, text: string): Expectation {
  if (!text.startsWith(PATTERN)) return { kind: 'prefix', bytes: parseBytes(path, text) }
  const source = text.slice(PATTERN.length)
  if (source === '') throw new ConfigError(path, text, 'no regular expression after re:')
  try {
    return { kind: 'pattern', pattern: new RegExp(source) }
  } catch (error) {
    const reason = String(error).replace(/^.*: /s, '')
    throw new ConfigError(path, text, `not a regular expression (${reason})`)
  }
}
