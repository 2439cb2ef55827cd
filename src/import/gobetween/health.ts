import { formatBytes } from '../../config/bytes.js'
import type { ProbeDraft } from '../draft.js'
import { textPattern, usablePattern } from '../expectation.js'
import type { Keys } from './keys.js'
import { aboveZero } from '../timeouts.js'

const KNOWN = [
  'kind',
  'interval',
  'timeout',
  'ping_timeout_duration',
  'fails',
  'passes',
  'initial_status',
  'exec_command',
  'exec_expected_positive_output',
  'exec_expected_negative_output',
  'probe_protocol',
  'probe_strategy',
  'probe_send',
  'probe_recv',
]

const TOLD: Readonly<Record<string, string>> = {
  probe_recv_len: 'the first 64 KiB of an answer are looked at',
}

/** The probe of a `healthcheck` table. What it does not do is told of. */
export function readHealthcheck(keys: Keys): ProbeDraft {
  keys.tellOthers(KNOWN, TOLD)
  if (keys.text('initial_status') === 'unhealthy') {
    keys.tell('initial_status', 'a server that is not yet probed is tried')
  }
  const asked = readKind(keys)
  if (asked.kind === 'none') return asked
  return {
    ...asked,
    interval: aboveZero(keys.duration('interval')),
    timeout: aboveZero(keys.duration('timeout')) ?? aboveZero(keys.duration('ping_timeout_duration')),
    rise: keys.number('passes') ?? 1,
    fall: keys.number('fails') ?? 1,
  }
}

function readKind(keys: Keys): ProbeDraft {
  const kind = keys.text('kind') ?? 'none'
  switch (kind) {
    case 'none':
      return { kind: 'none' }
    case 'ping':
      return { kind: 'tcp' }
    case 'exec':
      return readExec(keys)
    case 'probe':
      return readProbe(keys)
    default:
      keys.tell('kind', `${kind} is not known: the servers are not probed`)
      return { kind: 'none' }
  }
}

/** gobetween compares what the command prints; its exit code says the same here. */
function readExec(keys: Keys): ProbeDraft {
  const command = keys.text('exec_command')
  if (command === undefined) {
    keys.tell(undefined, 'has no exec_command: the servers are not probed')
    return { kind: 'none' }
  }
  const wanted = keys.text('exec_expected_positive_output') ?? ''
  const call = `${shellQuote(command)} "$EVENKEEL_HOST" "$EVENKEEL_PORT"`
  return { kind: 'exec', command: `[ "$(${call})" = ${shellQuote(wanted)} ]` }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function readProbe(keys: Keys): ProbeDraft {
  const protocol = keys.text('probe_protocol') ?? 'tcp'
  const send = keys.text('probe_send')
  if (protocol !== 'tcp' && (protocol !== 'udp' || send === undefined)) {
    const why = protocol === 'udp' ? 'a probe by udp needs something to send' : 'probes speak no TLS'
    keys.tell('probe_protocol', `${why}: the servers are not probed`)
    return { kind: 'none' }
  }
  return {
    kind: protocol,
    send: send === undefined ? undefined : formatBytes(new TextEncoder().encode(send)),
    expect: readExpect(keys),
  }
}

function readExpect(keys: Keys): string | undefined {
  const wanted = keys.text('probe_recv')
  if (wanted === undefined) return undefined
  const strategy = keys.text('probe_strategy') ?? 'starts_with'
  if (strategy === 'starts_with') return formatBytes(new TextEncoder().encode(wanted))
  const pattern = strategy === 'contains' ? textPattern(wanted) : usablePattern(wanted)
  if (pattern === undefined) keys.tell('probe_recv', 'not a regular expression that JavaScript reads')
  return pattern
}
