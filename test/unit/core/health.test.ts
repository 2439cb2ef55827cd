import t from 'tap'
import {
  isBetweenStates,
  isEligible,
  observe,
  UNKNOWN,
  UP,
  type Cause,
  type Health,
  type Observation,
  type Source,
} from '../../../src/core/health.js'

const LIMITS = { rise: 2, fall: 3 }

/** `unknown/failures`, `up/failures` or `cause/passes/drift` when down. */
type Written = string
type Seen = 'pass' | Cause

function read(text: Written): Health {
  const [kind = '', first = '', drift = ''] = text.split('/')
  if (kind === 'unknown' || kind === 'up') return { kind, failures: Number(first) }
  return { kind: 'down', cause: kind as Cause, reason: 'before', passes: Number(first), drift: Number(drift) }
}

function write(health: Health): Written {
  if (health.kind !== 'down') return `${health.kind}/${health.failures}`
  return `${health.cause}/${health.passes}/${health.drift}`
}

function observation(seen: Seen): Observation {
  return seen === 'pass' ? { kind: 'pass' } : { kind: 'fail', cause: seen, reason: 'after' }
}

/** What follows on a probe's result and on a passive one; a single text when the source makes no difference. */
type Outcome = Written | readonly [probe: Written, passive: Written]

const TRANSITIONS: Readonly<Record<Written, Readonly<Record<Seen, Outcome>>>> = {
  'unknown/0': {
    pass: ['up/0', 'unknown/0'],
    dead: ['dead/0/0', 'unknown/1'],
    demoted: ['demoted/0/0', 'unknown/1'],
    lagging: ['lagging/0/0', 'unknown/1'],
  },
  'unknown/1': {
    pass: ['up/0', 'unknown/0'],
    dead: ['dead/0/0', 'unknown/2'],
    demoted: ['demoted/0/0', 'unknown/2'],
    lagging: ['lagging/0/0', 'unknown/2'],
  },
  'unknown/2': {
    pass: ['up/0', 'unknown/0'],
    dead: 'dead/0/0',
    demoted: 'demoted/0/0',
    lagging: 'lagging/0/0',
  },
  'up/0': { pass: 'up/0', dead: 'up/1', demoted: 'up/1', lagging: 'up/1' },
  'up/1': { pass: 'up/0', dead: 'up/2', demoted: 'up/2', lagging: 'up/2' },
  'up/2': { pass: 'up/0', dead: 'dead/0/0', demoted: 'demoted/0/0', lagging: 'lagging/0/0' },
  'dead/0/0': { pass: 'dead/1/0', dead: 'dead/0/0', demoted: 'dead/0/1', lagging: 'dead/0/1' },
  'dead/1/0': { pass: 'up/0', dead: 'dead/0/0', demoted: 'dead/0/1', lagging: 'dead/0/1' },
  'dead/0/1': { pass: 'dead/1/0', dead: 'dead/0/0', demoted: 'dead/0/2', lagging: 'dead/0/2' },
  'dead/0/2': { pass: 'dead/1/0', dead: 'dead/0/0', demoted: 'demoted/0/0', lagging: 'lagging/0/0' },
  'demoted/0/0': { pass: 'demoted/1/0', dead: 'demoted/0/1', demoted: 'demoted/0/0', lagging: 'demoted/0/1' },
  'demoted/1/0': { pass: 'up/0', dead: 'demoted/0/1', demoted: 'demoted/0/0', lagging: 'demoted/0/1' },
  'demoted/0/2': { pass: 'demoted/1/0', dead: 'dead/0/0', demoted: 'demoted/0/0', lagging: 'lagging/0/0' },
  'lagging/0/0': { pass: 'lagging/1/0', dead: 'lagging/0/1', demoted: 'lagging/0/1', lagging: 'lagging/0/0' },
  'lagging/1/0': { pass: 'up/0', dead: 'lagging/0/1', demoted: 'lagging/0/1', lagging: 'lagging/0/0' },
  'lagging/0/2': { pass: 'lagging/1/0', dead: 'dead/0/0', demoted: 'demoted/0/0', lagging: 'lagging/0/0' },
}

t.test('every state with every observation from every source', t => {
  for (const [before, outcomes] of Object.entries(TRANSITIONS)) {
    for (const [seen, outcome] of Object.entries(outcomes) as [Seen, Outcome][]) {
      const expected = typeof outcome === 'string' ? [outcome, outcome] : outcome
      for (const [index, source] of (['probe', 'passive'] as const).entries()) {
        const after = observe(read(before), observation(seen), source, LIMITS)
        t.equal(write(after), expected[index], `${before}, ${seen} by ${source}`)
      }
    }
  }
  t.end()
})

interface Script {
  readonly name: string
  readonly start: Health
  /** One letter a result: p pass, d dead, m demoted, l lagging; a capital one comes from a client's connection. */
  readonly seen: string
  /** The state after each of them: ? unknown, + up, or the letter of the cause it is down for. */
  readonly states: string
  readonly rise?: number
  readonly fall?: number
}

const SCRIPTS: readonly Script[] = [
  { name: 'the first probe decides: pass', start: UNKNOWN, seen: 'p', states: '+' },
  { name: 'the first probe decides: failure', start: UNKNOWN, seen: 'd', states: 'd' },
  { name: 'a passive pass never decides first', start: UNKNOWN, seen: 'PPPPp', states: '????+' },
  { name: 'a passive failure never decides first', start: UNKNOWN, seen: 'DDp', states: '??+' },
  { name: 'a passive failure counts before the first probe', start: UNKNOWN, seen: 'DDD', states: '??d' },
  { name: 'a passive pass resets that count', start: UNKNOWN, seen: 'DDPDDD', states: '?????d' },
  { name: 'the first probe decides after passive failures', start: UNKNOWN, seen: 'Dd', states: '?d' },
  { name: 'falls after 3', start: UP, seen: 'ddd', states: '++d' },
  { name: 'a pass resets the streak of failures', start: UP, seen: 'ddpddpddd', states: '++++++++d' },
  { name: 'passive failures and probes share a streak', start: UP, seen: 'dDd', states: '++d' },
  { name: 'passive failures alone take it down', start: UP, seen: 'DDD', states: '++d' },
  { name: 'the last failure gives the cause', start: UP, seen: 'dlm', states: '++m' },
  { name: 'rises after 2', start: UP, seen: 'dddpp', states: '++dd+' },
  { name: 'a failure resets the streak of passes', start: UP, seen: 'dddpdpdpp', states: '++dddddd+' },
  { name: 'a failure of another cause resets it too', start: UP, seen: 'dddplpp', states: '++dddd+' },
  { name: 'the cause drifts after 3 of another', start: UP, seen: 'lllddd', states: '++llld' },
  { name: 'the first cause resets the drift', start: UP, seen: 'lllddlddd', states: '++lllllld' },
  { name: 'a pass resets the drift', start: UP, seen: 'lllddpddd', states: '++lllllld' },
  { name: 'drifts and comes back', start: UP, seen: 'lllmmmpp', states: '++lllmm+' },
  { name: 'fall 1', start: UP, seen: 'dppd', states: 'dd+d', fall: 1 },
  { name: 'fall 1 before the first probe', start: UNKNOWN, seen: 'D', states: 'd', fall: 1 },
  { name: 'fall 1 drifts at once', start: UP, seen: 'dlm', states: 'dlm', fall: 1 },
  { name: 'rise 1', start: UP, seen: 'dddpd', states: '++d++', rise: 1 },
  { name: 'rise 1 and fall 1', start: UNKNOWN, seen: 'dpdp', states: 'd+d+', rise: 1, fall: 1 },
]

const LETTERS: Readonly<Record<string, Seen>> = { p: 'pass', d: 'dead', m: 'demoted', l: 'lagging' }

for (const { name, start, seen, states, rise = 2, fall = 3 } of SCRIPTS) {
  t.test(name, t => {
    let health = start
    const trace = [...seen].map(letter => {
      const source: Source = letter === letter.toUpperCase() ? 'passive' : 'probe'
      health = observe(health, observation(LETTERS[letter.toLowerCase()] ?? 'pass'), source, { rise, fall })
      if (health.kind === 'down') return health.cause === 'demoted' ? 'm' : health.cause.charAt(0)
      return health.kind === 'up' ? '+' : '?'
    })
    t.equal(trace.join(''), states)
    t.end()
  })
}

t.test('the reason is that of the last failure of the cause it is down for', t => {
  const fail = (cause: Cause, reason: string): Observation => ({ kind: 'fail', cause, reason })
  const limits = { rise: 2, fall: 2 }
  let health = observe(UNKNOWN, fail('dead', 'refused'), 'probe', limits)
  t.match(health, { reason: 'refused' })
  health = observe(health, fail('dead', 'timed out'), 'probe', limits)
  t.match(health, { reason: 'timed out' })
  health = observe(health, fail('lagging', '9 s behind'), 'probe', limits)
  t.match(health, { cause: 'dead', reason: 'timed out' })
  health = observe(health, fail('lagging', '10 s behind'), 'probe', limits)
  t.match(health, { cause: 'lagging', reason: '10 s behind' })
  t.end()
})

t.test('clients go everywhere but down', t => {
  for (const written of Object.keys(TRANSITIONS)) {
    const health = read(written)
    t.equal(isEligible(health), health.kind !== 'down', written)
  }
  t.end()
})

t.test('between states is where the last results contradict the state', t => {
  const between = ['unknown/1', 'unknown/2', 'up/1', 'up/2', 'dead/1/0', 'demoted/1/0', 'lagging/1/0']
  for (const written of Object.keys(TRANSITIONS)) {
    t.equal(isBetweenStates(read(written)), between.includes(written), written)
  }
  t.end()
})
