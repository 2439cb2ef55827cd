import type { Expectation, ProbeSpec } from '../core/service.js'
import { parseBytes } from './bytes.js'
import { ConfigError, within } from './config-error.js'
import { parseCount } from './scalar.js'
import { readFields, splitSpec } from './spec.js'

type Kind = ProbeSpec['kind']
type Fields = ReadonlyMap<string, string>

const KINDS: Readonly<
  Record<Kind, { readonly keys: readonly string[]; readonly read: (fields: Fields) => ProbeSpec }>
> = {
  none: { keys: [], read: () => ({ kind: 'none' }) },
  tcp: { keys: ['port', 'send', 'expect'], read: readTcp },
  udp: { keys: ['port', 'send', 'expect'], read: readUdp },
  http: { keys: ['port', 'path', 'status', 'body'], read: readHttp },
  exec: { keys: ['port', 'command'], read: readExec },
}

const PATTERN = 're:'

/** Reads `KIND[,key=value…]`. */
export function parseProbe(path: string, source: string): ProbeSpec {
  const [name = '', ...rest] = splitSpec(source)
  const kind = (Object.keys(KINDS) as Kind[]).find(known => known === name)
  if (kind === undefined) {
    const known = Object.keys(KINDS).join(', ')
    throw new ConfigError(path, source, `unknown probe kind ${JSON.stringify(name)} (known: ${known})`)
  }
  const { keys, read } = KINDS[kind]
  const fields = readFields(path, source, rest, { valued: keys, bare: [] })
  return within(path, source, () => read(fields))
}

function readTcp(fields: Fields): ProbeSpec {
  const send = fields.get('send')
  return {
    kind: 'tcp',
    port: readPort(fields),
    send: send === undefined ? undefined : parseBytes('send', send),
    expect: readExpectation(fields),
  }
}

function readUdp(fields: Fields): ProbeSpec {
  const send = parseBytes('send', required(fields, 'send', 'since silence is not health'))
  return { kind: 'udp', port: readPort(fields), send, expect: readExpectation(fields) }
}

function readHttp(fields: Fields): ProbeSpec {
  const path = required(fields, 'path', 'such as path=/health')
  if (!/^\/[\x21-\x7e]*$/.test(path)) {
    throw new ConfigError('path', path, 'must start with / and contain only printable ASCII without spaces')
  }
  // 1xx are not answers: one comes after them.
  const status = parseCount('status', fields.get('status') ?? '200', 200, 599)
  return { kind: 'http', port: readPort(fields), path, status, body: fields.get('body') }
}

function readExec(fields: Fields): ProbeSpec {
  const command = required(fields, 'command', 'such as command=./check.sh')
  if (command.includes('\0')) throw new ConfigError('command', command, 'contains a NUL character')
  return { kind: 'exec', port: readPort(fields), command }
}

function required(fields: Fields, key: string, why: string): string {
  const value = fields.get(key)
  if (value === undefined) throw new ConfigError(key, undefined, `required, ${why}`)
  return value
}

function readPort(fields: Fields): number | undefined {
  const port = fields.get('port')
  return port === undefined ? undefined : parseCount('port', port, 1, 65535)
}

function readExpectation(fields: Fields): Expectation | undefined {
  const expect = fields.get('expect')
  if (expect === undefined) return undefined
  if (!expect.startsWith(PATTERN)) return { kind: 'prefix', bytes: parseBytes('expect', expect) }
  const source = expect.slice(PATTERN.length)
  if (source === '') throw new ConfigError('expect', expect, 'no regular expression after re:')
  try {
    return { kind: 'pattern', pattern: new RegExp(source) }
  } catch (error) {
    const reason = String(error).replace(/^.*: /s, '')
    throw new ConfigError('expect', expect, `not a regular expression (${reason})`)
  }
}
