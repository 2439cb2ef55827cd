import { formatBytes, parseBytes } from '../../config/bytes.js'
import type { ProbeDraft } from '../draft.js'
import { bytesPattern, textPattern, usablePattern } from '../expectation.js'
import type { Notes } from '../notes.js'
import type { Statement } from './sections.js'
import { readNumber } from './time.js'

/** What a proxy says of how its servers are asked. */
export interface Checks {
  /** The last `option …-check` and the like; undefined = a connect. */
  readonly option: Statement | undefined
  readonly tcpChecks: readonly Statement[]
  readonly httpChecks: readonly Statement[]
  /** `external-check command`. */
  readonly command: Statement | undefined
}

/** The options that say what is asked, and why a probe of evenkeel is only close to it; '' when it is the same. */
export const CHECK_OPTIONS: Readonly<Record<string, string>> = {
  'tcp-check': '',
  httpchk: '',
  'external-check':
    'the command gets the server in EVENKEEL_HOST and EVENKEEL_PORT, and HAProxy’s variables are not set',
  'redis-check': '',
  'pgsql-check': 'the probe connects and asks nothing; pg_isready as exec asks more',
  'mysql-check':
    'the probe connects and asks nothing, and MySQL blocks hosts that do so often: mysqladmin ping as exec is kinder',
  smtpchk: 'the probe waits for the greeting and says nothing',
  'ldap-check': 'the probe connects and asks nothing',
  'ssl-hello-chk': 'the probe connects and asks nothing',
  'spop-check': 'the probe connects and asks nothing',
}

/** The probe that is closest to the checks. What it does not do is told of. */
export function readChecks(checks: Checks, notes: Notes): ProbeDraft {
  const { option } = checks
  const [, kind = ''] = option?.words ?? []
  if (option !== undefined && (CHECK_OPTIONS[kind] ?? '') !== '') {
    notes.add(option.line, `option ${kind}`, CHECK_OPTIONS[kind] ?? '')
  }
  switch (kind) {
    case 'tcp-check':
      return readTcpChecks(checks.tcpChecks, notes)
    case 'httpchk':
      return readHttpCheck(option?.words.slice(2) ?? [], option?.line, checks.httpChecks, notes)
    case 'redis-check':
      return { kind: 'tcp', send: 'PING\\r\\n', expect: '+PONG' }
    case 'smtpchk':
      return { kind: 'tcp', expect: '220' }
    case 'external-check':
      return readCommand(checks.command)
    default:
      return { kind: 'tcp' }
  }
}

function readCommand(command: Statement | undefined): ProbeDraft {
  const path = command?.words[2]
  if (path === undefined) return { kind: 'tcp' }
  const quoted = `'${path.replaceAll("'", "'\\''")}'`
  return { kind: 'exec', command: `${quoted} NOT_USED NOT_USED "$EVENKEEL_HOST" "$EVENKEEL_PORT"` }
}

/** One thing to send, and then one to expect; what comes after that is told of. */
function readTcpChecks(statements: readonly Statement[], notes: Notes): ProbeDraft {
  let probe: ProbeDraft = { kind: 'tcp' }
  for (const { line, words } of statements) {
    const [, verb = '', ...rest] = words
    const tell = (text: string): void => notes.add(line, words.join(' '), text)
    if (verb === 'comment') continue
    if (verb === 'connect') probe = { ...probe, ...readConnect(rest, tell) }
    else if (verb === 'send' || verb === 'send-binary') {
      const send = readSend(verb, rest[0] ?? '')
      if (send === undefined) tell('there is nothing that can be sent')
      else if (probe.expect !== undefined) tell('a probe ends with its first answer')
      else probe = { ...probe, send: (probe.send ?? '') + send }
    } else if (verb === 'expect') {
      const expect = readExpect(rest, tell)
      if (expect !== undefined && probe.expect !== undefined) tell('a probe ends with its first answer')
      else if (expect !== undefined) probe = { ...probe, expect }
    } else tell('a probe sends once and expects once')
  }
  return probe
}

function readSend(verb: string, text: string): string | undefined {
  if (text === '' || (verb === 'send-binary' && !/^([\da-f]{2})+$/i.test(text))) return undefined
  return formatBytes(verb === 'send' ? new TextEncoder().encode(text) : parseBytes('send', `hex:${text}`))
}

function readExpect(words: readonly string[], tell: (text: string) => void): string | undefined {
  const kinds = ['string', 'rstring', 'binary', 'rbinary']
  const at = words.findIndex(word => kinds.includes(word))
  const [kind, text = ''] = at < 0 ? [] : words.slice(at)
  const expect =
    words[at - 1] === '!' || text === ''
      ? undefined
      : kind === 'string'
        ? textPattern(text)
        : kind === 'binary'
          ? bytesPattern(text)
          : kind === 'rstring'
            ? usablePattern(text)
            : undefined
  if (expect === undefined)
    tell(
      'an answer can be text, bytes or a regular expression that JavaScript reads, and must not be forbidden',
    )
  return expect
}

function readConnect(words: readonly string[], tell: (text: string) => void): Partial<ProbeDraft> {
  const port = readNumber(words[words.indexOf('port') + 1] ?? '')
  const others = words.filter(
    (word, index) => word !== 'port' && words[index - 1] !== 'port' && word !== 'default',
  )
  if (others.length > 0) tell('a probe connects in clear, to the address of the server')
  return words.includes('port') && port !== undefined ? { port } : {}
}

function readHttpCheck(
  words: readonly string[],
  line: number | undefined,
  statements: readonly Statement[],
  notes: Notes,
): ProbeDraft {
  const [first = '', second] = words
  const hasMethod = second !== undefined || /^[A-Z]+$/.test(first)
  let method = hasMethod ? first : 'OPTIONS'
  let probe: ProbeDraft = { kind: 'http', path: (hasMethod ? second : first) || '/' }
  if (words.length > 3 || words.some(word => /[\r\n]/.test(word))) {
    notes.add(line, 'option httpchk', 'the probe sends no header of your own')
  }
  let isExpected = false
  for (const statement of statements) {
    const [, verb = '', ...rest] = statement.words
    const tell = (text: string): void => notes.add(statement.line, statement.words.join(' '), text)
    if (verb === 'comment') continue
    if (verb === 'connect') probe = { ...probe, ...readConnect(rest, tell) }
    else if (verb === 'send') {
      const value = (key: string): string | undefined =>
        rest.includes(key) ? rest[rest.indexOf(key) + 1] : undefined
      method = value('meth') ?? method
      probe = { ...probe, path: value('uri') ?? probe.path }
      if (rest.includes('hdr') || rest.includes('body')) tell('the probe sends no header or body of your own')
    } else if (verb === 'expect') {
      const expected = readHttpExpect(rest)
      isExpected ||= expected !== undefined
      if (expected === undefined) tell('the probe passes with one status, and with a text in the body')
      else probe = { ...probe, ...expected }
    } else tell('the probe asks once')
  }
  const why = [
    ...(method === 'GET' ? [] : [`the probe asks with GET, not ${method}`]),
    ...(isExpected ? [] : ['only status 200 passes: probe.status sets another']),
  ]
  if (why.length > 0) notes.add(line, 'option httpchk', why.join('; '))
  return probe
}

function readHttpExpect(words: readonly string[]): Partial<ProbeDraft> | undefined {
  const [kind, text = ''] = words.slice(-2)
  if (words.includes('!')) return undefined
  if (kind === 'status' && /^[2-5]\d\d$/.test(text)) return { status: Number(text) }
  return kind === 'string' && text !== '' ? { body: text } : undefined
}
