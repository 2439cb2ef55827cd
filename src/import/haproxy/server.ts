import type { BackendDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import { readServerAddress } from './address.js'
import type { Statement } from './sections.js'
import { readServerParams, type ServerParams } from './server-params.js'

/** A server and where it stands. */
export interface Server {
  readonly line: number
  readonly name: string
  readonly params: ServerParams
  readonly backend: BackendDraft
}

const MOST_OF_TEMPLATE = 1000

/** The server of a `server` line; undefined when it cannot be carried over. @param port what clients connect to */
export function readServer(
  { line, words }: Statement,
  defaults: ServerParams,
  port: number | undefined,
  notes: Notes,
): Server | undefined {
  const [, name = '', address = '', ...rest] = words
  const subject = `server ${name}`
  notes.made('servers', 1, line)
  const params = readServerParams(rest, defaults, (parameter, text) =>
    notes.add(line, `${subject}: ${parameter}`, text),
  )
  if (params.ssl === true) {
    notes.add(line, `${subject}: ssl`, 'left out: evenkeel speaks no TLS to servers')
    return undefined
  }
  const read = readServerAddress(address, port)
  if ('problem' in read) {
    notes.add(line, `${subject} ${address}`, `left out: ${read.problem}`)
    return undefined
  }
  return { line, name, params, backend: toBackend(name, read.address, params) }
}

/** The servers of a `server-template` line, which must have a literal address. */
export function readTemplate(
  { line, words }: Statement,
  defaults: ServerParams,
  port: number | undefined,
  notes: Notes,
): readonly Server[] {
  const [, prefix = '', count = '', address = '', ...rest] = words
  const subject = `server-template ${prefix}`
  const [, first, last] = /^(?:(\d{1,6})-)?(\d{1,6})$/.exec(count) ?? []
  const from = Number(first ?? 1)
  const numbers = last === undefined ? 0 : Number(last) - from + 1
  const isLiteral = /^(\[[\da-f:.]+\]|[\d.]+)(:\d+)?$/i.test(address)
  if (!isLiteral || numbers < 1 || numbers > MOST_OF_TEMPLATE) {
    const why = isLiteral
      ? 'its count is not usable'
      : 'names are looked up once, at start, for one address each'
    notes.add(line, subject, `left out: ${why}; list the servers`)
    return []
  }
  return Array.from({ length: numbers }, (_, index) => `${prefix}${from + index}`).flatMap(name => {
    const server = readServer({ line, words: ['server', name, address, ...rest] }, defaults, port, notes)
    return server === undefined ? [] : [server]
  })
}

function toBackend(name: string, address: string, params: ServerParams): BackendDraft {
  const isDrained = params.weight === 0
  return {
    address,
    name,
    weight: isDrained ? undefined : params.weight,
    backup: params.backup === true ? true : undefined,
    // 0 is no limit.
    maxConnections: params.maxconn === 0 ? undefined : params.maxconn,
    state: params.disabled === true ? 'maintenance' : isDrained ? 'drain' : undefined,
  }
}
