import t from 'tap'
import {
  removeTable,
  printTable,
  replaceTable,
  stepTo,
  type NftObject,
  type NftSet,
  type NftTable,
} from '../../../../src/datapath/kernel/table.js'
import { seededRandom } from '../../../fixtures/seeded-random.js'

function table(objects: Readonly<Record<string, NftObject>>): NftTable {
  return { name: 'lb', comment: 'a service', objects: new Map(Object.entries(objects)) }
}

function chain(...rules: readonly string[]): NftObject {
  return { kind: 'chain', rules }
}

function set(...elements: readonly string[]): NftSet {
  return { kind: 'set', spec: ['type mark'], elements: new Map(elements.map(element => [element, ''])) }
}

function map(elements: Readonly<Record<string, string>>, isGradual = false): NftSet {
  return { kind: 'map', spec: ['type mark : mark'], elements: new Map(Object.entries(elements)), isGradual }
}

/** The commands of all steps at once. */
function commands(before: NftTable, after: NftTable): readonly string[] {
  const step = stepTo(before, after, Infinity)
  t.equal(step.isLast, true)
  return step.commands.split('\n').slice(0, -1)
}

const FULL = table({
  known: { kind: 'ct timeout', spec: ['protocol tcp;', 'policy = { established : 9 };'] },
  cut: set('0x1', '0x2'),
  none: set(),
  seen: { kind: 'set', spec: ['type mark', 'flags dynamic'], elements: undefined },
  slots: map({ 0: '0x1', 1: '0x2' }),
  inner: chain('accept'),
  outer: {
    kind: 'chain',
    hook: 'type filter hook input priority 0; policy accept;',
    rules: ['jump inner'],
  },
})

t.test('a table in the words of nftables', t => {
  const text = `table inet lb {
	comment "a service"

	ct timeout known {
		protocol tcp;
		policy = { established : 9 };
	}

	set cut {
		type mark
		elements = { 0x1, 0x2 }
	}

	set none {
		type mark
	}

	set seen {
		type mark
		flags dynamic
	}

	map slots {
		type mark : mark
		elements = { 0 : 0x1, 1 : 0x2 }
	}

	chain inner {
		accept
	}

	chain outer {
		type filter hook input priority 0; policy accept;
		jump inner
	}
}
`
  t.equal(printTable(FULL), text)
  t.equal(removeTable('lb'), 'add table inet lb\ndelete table inet lb\n')
  t.equal(replaceTable(FULL), `add table inet lb\ndelete table inet lb\n${text}`)
  t.end()
})

t.test('nothing to do is no command', t => {
  const step = stepTo(FULL, table(Object.fromEntries(FULL.objects)), 0)
  t.equal(step.commands, '')
  t.equal(step.isLast, true)
  t.equal(printTable(step.reached), printTable(FULL))
  t.end()
})

t.test('only chains that differ are flushed', t => {
  const before = table({ same: chain('accept'), longer: chain('drop'), changed: chain('a', 'b') })
  const after = table({ same: chain('accept'), longer: chain('drop', 'accept'), changed: chain() })
  t.same(commands(before, after), [
    'flush chain inet lb longer',
    'add rule inet lb longer drop',
    'add rule inet lb longer accept',
    'flush chain inet lb changed',
  ])
  t.end()
})

t.test('elements are removed, replaced and added', t => {
  t.same(commands(table({ cut: set('0x1', '0x2') }), table({ cut: set('0x2', '0x3', '0x4') })), [
    'delete element inet lb cut { 0x1 }',
    'add element inet lb cut { 0x3, 0x4 }',
  ])
  t.same(
    commands(table({ m: map({ 1: 'a', 2: 'b', 3: 'c' }) }), table({ m: map({ 1: 'a', 2: 'x', 4: 'd' }) })),
    ['delete element inet lb m { 2, 3 }', 'add element inet lb m { 2 : x, 4 : d }'],
  )
  t.same(commands(table({ cut: set('0x1') }), table({ cut: set() })), ['delete element inet lb cut { 0x1 }'])
  t.end()
})

t.test('what the ruleset adds by itself is left alone', t => {
  const seen: NftSet = { kind: 'set', spec: ['type mark'], elements: undefined }
  t.same(commands(table({ seen }), table({ seen })), [])
  t.end()
})

t.test('all is declared before it is named, and named no more before it is deleted', t => {
  const before = table({
    a: set('0x1'),
    old: chain('drop'),
    older: chain('jump old'),
    top: chain('jump older'),
  })
  const after = table({
    a: set('0x1'),
    time: { kind: 'ct timeout', spec: ['protocol udp;', 'policy = { replied : 9 };'] },
    fresh: set('0x5'),
    dynamic: { kind: 'set', spec: ['type mark', 'flags dynamic', 'size 9'], elements: undefined },
    below: chain('accept'),
    hook: {
      kind: 'chain',
      hook: 'type nat hook input priority 100; policy accept;',
      rules: ['jump below'],
    },
    top: chain('jump below'),
  })
  t.same(commands(before, after), [
    'add ct timeout inet lb time { protocol udp; policy = { replied : 9 }; }',
    'add set inet lb fresh { type mark; }',
    'add set inet lb dynamic { type mark; flags dynamic; size 9; }',
    'add chain inet lb below',
    'add chain inet lb hook { type nat hook input priority 100; policy accept; }',
    'add element inet lb fresh { 0x5 }',
    'flush chain inet lb below',
    'add rule inet lb below accept',
    'flush chain inet lb hook',
    'add rule inet lb hook jump below',
    'flush chain inet lb top',
    'add rule inet lb top jump below',
    'delete chain inet lb older',
    'delete chain inet lb old',
  ])
  t.end()
})

t.test('a gradual set changes bit by bit, the rest with the first step', t => {
  const before = table({ m: map({ 1: 'a', 2: 'a', 3: 'a', 4: 'a' }, true), top: chain('drop') })
  const after = table({ m: map({ 1: 'b', 2: 'b', 5: 'b' }, true), top: chain('accept') })
  const first = stepTo(before, after, 2)
  t.equal(first.isLast, false)
  t.equal(
    first.commands,
    'delete element inet lb m { 1, 2 }\nadd element inet lb m { 1 : b, 2 : b }\nflush chain inet lb top\nadd rule inet lb top accept\n',
  )
  const second = stepTo(first.reached, after, 2)
  t.equal(second.commands, 'delete element inet lb m { 3 }\nadd element inet lb m { 5 : b }\n')
  t.equal(second.isLast, false)
  const third = stepTo(second.reached, after, 2)
  t.equal(third.commands, 'delete element inet lb m { 4 }\n')
  t.equal(third.isLast, true)
  t.same(third.reached, after)
  t.end()
})

t.test('a gradual set that is new is filled at once', t => {
  const after = table({ m: map({ 1: 'a', 2: 'a' }, true) })
  const step = stepTo(table({}), after, 1)
  t.equal(step.commands, 'add map inet lb m { type mark : mark; }\nadd element inet lb m { 1 : a, 2 : a }\n')
  t.equal(step.isLast, true)
  t.end()
})

t.test('gradual sets share what a step may change', t => {
  const before = table({ one: map({ 1: 'a', 2: 'a' }, true), other: map({ 1: 'a', 2: 'a' }, true) })
  const after = table({ one: map({ 1: 'b' }, true), other: map({ 1: 'b', 2: 'b' }, true) })
  const first = stepTo(before, after, 3)
  t.equal(first.isLast, false)
  t.same(first.reached.objects.get('one'), after.objects.get('one'))
  t.same(first.reached.objects.get('other'), map({ 1: 'b', 2: 'a' }, true))
  const second = stepTo(first.reached, after, 3)
  t.equal(second.isLast, true)
  t.same(second.reached, after)
  t.end()
})

/** What the commands of a step make of a table that is kept as nftables keeps it: text by text, and strict. */
class Kernel {
  readonly objects = new Map<string, { kind: string; elements: Map<string, string>; rules: string[] }>()

  apply(commands: string): void {
    for (const command of commands.split('\n').slice(0, -1)) {
      const [, verb, kind, key = '', rest = ''] =
        /^(\w+) ((?:ct )?\w+) inet lb (\w+) ?(.*)$/.exec(command) ?? []
      const known = this.objects.get(key)
      if ((verb === 'add' && kind !== 'element' && kind !== 'rule') !== (known === undefined))
        throw new Error(`${known === undefined ? 'is not there' : 'is there'}: ${command}`)
      const elements = rest.replace(/^\{ | \}$/g, '').split(', ')
      if (known === undefined) this.objects.set(key, { kind: kind ?? '', elements: new Map(), rules: [] })
      else if (verb === 'flush') known.rules = []
      else if (kind === 'rule') known.rules.push(rest)
      else if (verb === 'delete' && kind === 'element') {
        for (const element of elements)
          if (!known.elements.delete(element)) throw new Error(`no such element: ${command}`)
      } else if (kind === 'element') {
        for (const [name = '', value = ''] of elements.map(element => element.split(' : '))) {
          if (known.elements.has(name)) throw new Error(`such an element: ${command}`)
          known.elements.set(name, value)
        }
      } else if (known.kind === kind) this.objects.delete(key)
      else throw new Error(`of another kind: ${command}`)
      for (const { rules } of this.objects.values())
        for (const rule of rules)
          if (rule.startsWith('jump ') && !this.objects.has(rule.slice(5)))
            throw new Error(`still named: ${command}`)
    }
  }

  get content(): unknown {
    return [...this.objects].map(([key, { elements, rules }]) => [key, [...elements].sort(), rules]).sort()
  }
}

function contentOf({ objects }: NftTable): unknown {
  return [...objects]
    .map(([key, object]) => [
      key,
      object.kind === 'chain' || object.kind === 'ct timeout' ? [] : [...(object.elements ?? [])].sort(),
      object.kind === 'chain' ? object.rules : [],
    ])
    .sort()
}

t.test('steps from any table to any other reach it, and change no more at once than they may', t => {
  const random = seededRandom(23)
  const below = (limit: number): number => Math.floor(random() * limit)
  const some = (): NftTable => {
    const objects: [string, NftObject][] = []
    const elements = (): Record<string, string> =>
      Object.fromEntries(
        Array.from({ length: below(20) }, () => [below(25), ['a', 'b', 'c'][below(3)] ?? '']),
      )
    for (const key of ['s1', 's2'].filter(() => random() < 0.7))
      objects.push([key, set(...Object.keys(elements()))])
    for (const key of ['g1', 'g2', 'm1'].filter(() => random() < 0.7))
      objects.push([key, map(elements(), key !== 'm1')])
    const chains: string[] = []
    for (const key of ['c1', 'c2', 'c3', 'c4'].filter(() => random() < 0.7)) {
      objects.push([key, chain(...[...chains.filter(() => random() < 0.5).map(to => `jump ${to}`), 'drop'])])
      chains.push(key)
    }
    return table(Object.fromEntries(objects))
  }
  const kernel = new Kernel()
  let known = table({})
  for (let round = 0; round < 300; round++) {
    const [wanted, most] = [some(), 1 + below(6)]
    let steps = 0
    for (let isLast = false; !isLast; steps++) {
      const step = stepTo(known, wanted, most)
      if (steps > 0 && step.commands.split(/[,{]/).length - 1 > 2 * most + 2) t.fail(step.commands)
      kernel.apply(step.commands)
      known = step.reached
      isLast = step.isLast
    }
    if (steps > 60) t.fail(`${steps} steps`)
    t.strictSame(kernel.content, contentOf(wanted))
    t.equal(stepTo(known, wanted, most).commands, '')
  }
  t.end()
})
