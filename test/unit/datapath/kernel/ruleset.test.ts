import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Snapshot } from '../../../../src/core/snapshot.js'
import { ALGORITHMS, type Algorithm } from '../../../../src/core/strategy/index.js'
import { slotsOf } from '../../../../src/datapath/kernel/choice.js'
import { firstRuleset } from '../../../../src/datapath/kernel/first-ruleset.js'
import { hex, markOf } from '../../../../src/datapath/kernel/marks.js'
import {
  FAMILIES,
  isLoopback,
  isOf,
  isWildcard,
  tableName,
  type Family,
  type Rules,
} from '../../../../src/datapath/kernel/rules.js'
import { rulesetOf } from '../../../../src/datapath/kernel/ruleset.js'
import {
  printTable,
  replaceTable,
  stepTo,
  takeOverTable,
  type Inventory,
  type NftObject,
  type NftTable,
} from '../../../../src/datapath/kernel/table.js'
import { matchGolden } from '../../../fixtures/golden.js'
import { abbreviated, ANY_TCP, ANY_UDP, destination, rules } from '../../../fixtures/kernel-rules.js'
import { whyNoNamespace } from '../../../fixtures/network-namespace.js'
import { backend, backendSnapshot, service } from '../../../fixtures/services.js'

/** The first ruleset of a service with three backends, the last one slower and heavier. */
function ofAlgorithm(balance: Algorithm, family: Family, protocol: 'tcp' | 'udp'): string {
  const backends = [1, 2, 3].map(number => {
    const { endpoint } = destination(number, family)
    return backend(`b${number}`, { endpoint, weight: number === 3 ? 2 : 1 })
  })
  const listeners = [{ protocol, host: '*', port: 5432, url: `${protocol}://:5432` }]
  const snapshot: Snapshot = {
    failover: 'primary',
    backends: backends.map((each, index) =>
      backendSnapshot(each, { probeTime: { average: index === 2 ? 4 : 2, count: 9 } }),
    ),
  }
  return firstRuleset(service(backends, { listeners, balance }), snapshot)
}

const TWO = [destination(1), destination(2)]
const BOTH_FAMILIES = [destination(1), destination(2, 6)]
const EACH_ITS_OWN: Rules['choices'] = { 4: { kind: 'turns', ring: [1] }, 6: { kind: 'turns', ring: [2] } }
const LOOPBACK = [
  destination(1, 4, { endpoint: { kind: 'inet', family: 4, host: '127.0.0.1', port: 8000 } }),
  destination(2, 6, { endpoint: { kind: 'inet', family: 6, host: '::1', port: 8000 } }),
]
const SLOTS = slotsOf(
  ['a', 'b'].map((name, index) => {
    return { name, number: index + 1, weight: 1, effectiveWeight: 1, active: 0, probeTime: undefined }
  }),
)

/** What else a service may be told, by the name of its file. */
const CASES: Readonly<Record<string, Rules>> = {
  plain: rules(),
  'both-families': rules({
    destinations: BOTH_FAMILIES,
    choices: EACH_ITS_OWN,
    entrances: [ANY_TCP, ANY_UDP],
  }),
  'no-backend': rules({ choices: { 4: { kind: 'none' }, 6: { kind: 'none' } } }),
  'no-entrance': rules({ entrances: [] }),
  limits: rules({
    entrances: [ANY_TCP, ANY_UDP],
    destinations: [
      destination(1, 4, { maxConnections: 5 }),
      destination(2, 4, { maxConnections: 9 }),
      destination(3, 6, { maxConnections: 5 }),
      destination(4),
    ],
    choices: { 4: { kind: 'turns', ring: [1, 2, 4] }, 6: { kind: 'turns', ring: [3] } },
    maxConnections: 100,
    maxUdpSessions: 50,
    maxConnectionsPerClient: 3,
    connectionRatePerClient: { count: 20, per: 'minute' },
  }),
  denied: rules({
    destinations: BOTH_FAMILIES,
    choices: EACH_ITS_OWN,
    denied: {
      4: ['0.0.0.0-9.255.255.255', '10.1.2.3', '11.0.0.0-255.255.255.255'],
      6: ['2001:db8:1:0:0:0:0:0-2001:db8:1:ffff:ffff:ffff:ffff:ffff'],
    },
  }),
  'denied-otherwise': rules({
    destinations: BOTH_FAMILIES,
    choices: EACH_ITS_OWN,
    denied: {
      4: ['9.0.0.0-10.1.2.2', '10.1.2.3-10.1.2.9', '255.255.255.255'],
      6: ['0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    },
  }),
  'preserve-source': rules({ source: { kind: 'client' } }),
  'send-source': rules({ source: { kind: 'address', address: '10.0.0.200' } }),
  'send-source-6': rules({
    destinations: [destination(1, 6)],
    choices: { 4: { kind: 'none' }, 6: { kind: 'turns', ring: [1] } },
    source: { kind: 'address', address: '2001:db8::200' },
  }),
  loopback: rules({ destinations: LOOPBACK, choices: EACH_ITS_OWN }),
  'loopback-routed': rules({ destinations: LOOPBACK, choices: EACH_ITS_OWN, routesLoopback: true }),
  'cut-and-muted': rules({
    destinations: [...TWO, destination(3)],
    choices: { 4: { kind: 'turns', ring: [3] }, 6: { kind: 'none' } },
    cut: [1],
    muted: [1, 2],
  }),
  'tells-refusals': rules({ tellsRefusals: true }),
  timeouts: rules({ timeouts: { connect: 1, idle: 90_500, fin: 0, udpIdle: 1e12 } }),
  hosts: rules({
    destinations: BOTH_FAMILIES,
    choices: EACH_ITS_OWN,
    entrances: [
      { protocol: 'tcp', host: '0.0.0.0', port: 1 },
      { protocol: 'tcp', host: '::', port: 2 },
      { protocol: 'udp', host: '192.0.2.1', port: 3 },
      { protocol: 'tcp', host: '2001:db8::9', port: 4 },
      { protocol: 'tcp', host: '127.0.0.1', port: 5 },
    ],
  }),
  slots: rules({
    destinations: [...TWO, destination(3)],
    choices: {
      4: {
        kind: 'slots',
        ...SLOTS,
        shares: [
          { number: 1, parts: 512 },
          { number: 2, parts: 512 },
        ],
      },
      6: { kind: 'none' },
    },
  }),
  'slots-of-nobody': rules({
    destinations: TWO,
    choices: { 4: { kind: 'slots', ...SLOTS, shares: [] }, 6: { kind: 'none' } },
  }),
}

for (const algorithm of ALGORITHMS) {
  for (const family of FAMILIES) {
    for (const protocol of ['tcp', 'udp'] as const) {
      const name = `${algorithm}-${protocol}${family}`
      t.test(name, t => {
        matchGolden(t, name, abbreviated(ofAlgorithm(algorithm, family, protocol)))
        t.end()
      })
    }
  }
}

for (const [name, told] of Object.entries(CASES)) {
  t.test(name, t => {
    matchGolden(t, name, abbreviated(printTable(rulesetOf(told))))
    t.end()
  })
}

t.test('the table has the name of the service', t => {
  t.equal(rulesetOf(rules({ service: 'web-1' })).name, 'evenkeel_web-1')
  t.equal(tableName('web-1'), 'evenkeel_web-1')
  t.end()
})

/** What the rules of a chain are. */
function rulesIn(told: Rules, name: string): readonly string[] {
  const object = rulesetOf(told).objects.get(name)
  return object?.kind === 'chain' ? object.rules : []
}

t.test('all turns, and all parts of chance, have a backend', t => {
  const ring = [1, 2, 1]
  t.same(
    rulesIn(
      rules({ destinations: TWO, choices: { 4: { kind: 'turns', ring }, 6: { kind: 'none' } } }),
      'choice4',
    ),
    [
      `ct mark set numgen inc mod 3 map { 0 : ${hex(markOf(4, 1))}, 1 : ${hex(markOf(4, 2))}, 2 : ${hex(markOf(4, 1))} } goto given`,
      `ct mark set ${hex(markOf(4, 1))} goto given`,
    ],
  )
  const shares = [1000, 1, 23].map((parts, index) => ({ number: index + 1, parts }))
  t.same(rulesIn(rules({ choices: { 4: { kind: 'shares', shares }, 6: { kind: 'none' } } }), 'choice4'), [
    `ct mark set numgen random mod 1024 map { 0-999 : ${hex(markOf(4, 1))}, 1000 : ${hex(markOf(4, 2))}, 1001-1023 : ${hex(markOf(4, 3))} } goto given`,
    `ct mark set ${hex(markOf(4, 1))} goto given`,
  ])
  const many = Array.from({ length: 1500 }, (_, index) => ({ number: index + 1, parts: 1 }))
  const [all = ''] = rulesIn(
    rules({ choices: { 4: { kind: 'shares', shares: many }, 6: { kind: 'none' } } }),
    'choice4',
  )
  t.match(all, 'numgen random mod 1500 ')
  t.match(all, '1499 : ')
  t.end()
})

t.test('slots of numbers that are not asked lead to nobody', t => {
  const told = rules({
    destinations: [destination(1)],
    choices: { 4: { kind: 'slots', ...SLOTS, shares: [{ number: 1, parts: 1024 }] }, 6: { kind: 'none' } },
  })
  const present = rulesetOf(told).objects.get('present4')
  t.same(present && 'elements' in present ? [...(present.elements ?? [])] : [], [[hex(markOf(4, 1)), '']])
  for (const map of ['slots4', 'heirs4'])
    t.ok(rulesIn(told, 'choice4').some(rule => rule.endsWith(`map @${map}`)))
  t.equal(rulesIn(told, 'choice4').filter(rule => rule === 'ct mark @present4 goto given').length, 2)
  t.end()
})

t.test('every object is declared before it is named', t => {
  for (const [name, told] of Object.entries(CASES)) {
    const known = new Set<string>()
    for (const [key, object] of rulesetOf(told).objects) {
      known.add(key)
      for (const rule of object.kind === 'chain' ? object.rules : [])
        for (const [, to = ''] of rule.matchAll(/(?:jump |goto |@|timeout set ")(\w+)/g))
          if (!known.has(to)) t.fail(`${name}: ${key} names ${to}`)
    }
  }
  t.end()
})

t.test('what hosts are', t => {
  t.same(['*', '::', '0.0.0.0', '::1', '10.0.0.0'].map(isWildcard), [true, true, true, false, false])
  t.same(['127.0.0.1', '127.9.9.9', '::1', '10.127.0.0'].map(isLoopback), [true, true, true, false])
  const hosts = ['*', '::', '0.0.0.0', '10.0.0.1', '::1']
  t.same(
    hosts.map(host => isOf(4, host)),
    [true, true, true, true, false],
  )
  t.same(
    hosts.map(host => isOf(6, host)),
    [true, true, false, false, true],
  )
  t.end()
})

const noNamespace = { skip: whyNoNamespace() ?? false }

t.test('the kernel takes all of them', noNamespace, t => {
  const check = (name: string, input: string): void => {
    t.doesNotThrow(() => execFileSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { input }), name)
  }
  for (const algorithm of ALGORITHMS)
    for (const family of FAMILIES)
      for (const protocol of ['tcp', 'udp'] as const)
        check(`${algorithm} ${protocol} ${family}`, ofAlgorithm(algorithm, family, protocol))
  for (const [name, told] of Object.entries(CASES)) check(name, replaceTable(rulesetOf(told)))
  t.end()
})

/** What is in a table as `nft -j` lists it: only the rules of a chain have an order. */
function contentOf(listed: string): Readonly<Record<string, unknown>> {
  const { nftables } = JSON.parse(listed) as { nftables: Record<string, Record<string, unknown>>[] }
  const content: Record<string, unknown> = {}
  for (const [kind, object] of nftables.flatMap(entry => Object.entries(entry))) {
    const { handle: _, elem, expr, chain, ...told } = object
    // A policy stays for the flows that were given it.
    if (kind === 'ct timeout') continue
    const place = `${kind} ${String(chain ?? told['name'])}`
    if (kind === 'rule') content[place] = [...((content[place] as unknown[] | undefined) ?? []), expr]
    else content[place] = [told, Array.isArray(elem) ? elem.map(one => JSON.stringify(one)).sort() : []]
  }
  return content
}

/** Has all of these carried out one after the other in a network of their own, and lists the table after each. */
function carryOut(dir: string, ...all: readonly string[]): readonly string[] {
  for (const [index, commands] of all.entries()) writeFileSync(join(dir, `${index}.nft`), commands)
  const list = 'nft -j list table inet evenkeel_db > $index.json'
  const script = `for index in $(seq 0 ${all.length - 1}); do nft -f $index.nft && ${list} || exit 1; done`
  execFileSync('unshare', ['-n', 'sh', '-c', script], { cwd: dir, stdio: ['ignore', 'ignore', 'inherit'] })
  return all.map((_, index) => readFileSync(join(dir, `${index}.json`), 'utf8'))
}

/** The names of what is in a table. */
function inventoryOf({ objects }: NftTable): Inventory {
  const named = (kind: NftObject['kind']): readonly string[] =>
    [...objects].flatMap(([name, object]) => (object.kind === kind ? [name] : []))
  return { chains: named('chain'), sets: named('set'), maps: named('map'), timeouts: named('ct timeout') }
}

t.test('the kernel takes over what was left, whatever that was', noNamespace, t => {
  const dir = t.testdir({})
  const tables = Object.entries(CASES).map(([name, told]) => [name, rulesetOf(told)] as const)
  const wanted = new Map(tables.map(([name, table]) => [name, carryOut(dir, replaceTable(table))[0] ?? '']))
  for (const [index, [name, table]] of tables.entries()) {
    const [before, left] = tables.at(index - 1) ?? ['', table]
    const [, taken = ''] = carryOut(dir, replaceTable(left), takeOverTable(inventoryOf(left), table))
    t.same(contentOf(taken), contentOf(wanted.get(name) ?? ''), `${before}, then ${name}`)
  }
  t.end()
})

t.test('the kernel takes each step, and has what it would have had at once', noNamespace, t => {
  const dir = t.testdir({})
  const tables = Object.entries(CASES).map(([name, told]) => [name, rulesetOf(told)] as const)
  const there = [...tables, ...[...tables].reverse()]
  const commands: string[] = []
  const lasts: number[] = []
  let known: NftTable | undefined
  for (const [, table] of there) {
    for (let isLast = false; !isLast;) {
      const step = known === undefined ? undefined : stepTo(known, table, 20_000)
      known = step?.reached ?? table
      isLast = step?.isLast ?? true
      commands.push(step?.commands ?? replaceTable(table))
    }
    lasts.push(commands.length - 1)
  }
  const reached = carryOut(dir, ...commands)
  const wanted = new Map(tables.map(([name, table]) => [name, carryOut(dir, replaceTable(table))[0] ?? '']))
  for (const [index, [name]] of there.entries())
    t.same(contentOf(reached[lasts[index] ?? 0] ?? ''), contentOf(wanted.get(name) ?? ''), name)
  t.end()
})
