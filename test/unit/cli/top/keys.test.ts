import t from 'tap'
import { press, selectedRow, type Effect, type Key } from '../../../../src/cli/top/keys.js'
import type { TopState } from '../../../../src/cli/top/top-state.js'
import { topState } from '../../../fixtures/top-state.js'

const NAMED: readonly Key['kind'][] = [
  'up',
  'down',
  'page-up',
  'page-down',
  'enter',
  'escape',
  'backspace',
  'interrupt',
]

/** The state after these keys, characters or names, and all that they asked for. */
function type(state: TopState, ...keys: readonly string[]): { state: TopState; effects: Effect[] } {
  const effects: Effect[] = []
  for (const key of keys) {
    const kind = NAMED.find(name => name === key)
    const pressed = press(
      state,
      kind === undefined || kind === 'character' ? { kind: 'character', character: key } : { kind },
    )
    state = pressed.state
    if (pressed.effect !== undefined) effects.push(pressed.effect)
  }
  return { state, effects }
}

t.test('keys select, as far as there is something', t => {
  const selected = (...keys: string[]) => type(topState(), ...keys).state.selected
  t.equal(selected(), 'db/db1')
  t.equal(selected('down'), 'db/db2')
  t.equal(selected('j', 'j', 'k'), 'db/db2')
  t.equal(selected('up'), 'db/db1')
  t.equal(selected('page-down'), 'web/web9')
  t.equal(selected('G', 'page-up'), 'db/db1')
  t.equal(selected('G', 'down', 'g'), 'db/db1')
  t.equal(selectedRow(topState())?.backend.name, 'db1')
  t.end()
})

t.test('keys change the selected backend', t => {
  for (const [key, state] of [
    ['d', 'drain'],
    ['r', 'ready'],
    ['m', 'maintenance'],
  ] as const) {
    t.match(type(topState(), 'j', key).effects, [
      { kind: 'change', row: { key: 'db/db2' }, change: { state } },
    ])
  }
  const none = topState({ services: [] })
  t.same(type(none, 'd', 'r', 'm', 'x', 'y', 'j').effects, [], 'if there is one')
  t.end()
})

t.test('sessions are ended only after a yes', t => {
  t.match(type(topState(), 'x').state.mode, { kind: 'kill', row: { key: 'db/db1' } })
  t.match(type(topState(), 'x', 'y').effects, [{ kind: 'kill', row: { key: 'db/db1' } }])
  for (const no of ['n', 'escape', 'q']) {
    const { state, effects } = type(topState(), 'x', no, 'y')
    t.same(effects, [], no)
    t.equal(state.mode.kind, 'list')
  }
  t.match(type(topState(), 'x', 'j', 'd', 'enter'), { effects: [], state: { mode: { kind: 'kill' } } })
  t.end()
})

t.test('a filter is typed, kept or dropped', t => {
  t.match(type(topState(), '/', 'w', 'e', 'b').state, {
    filter: 'web',
    selected: 'web/web10',
    mode: { kind: 'filter' },
  })
  t.match(type(topState(), '/', 'q', 'd', 'backspace', 'enter', 'd'), {
    state: { filter: 'q', mode: { kind: 'list' } },
    effects: [],
  })
  t.match(type(topState(), '/', 'w', 'e', 'down').state.selected, 'web/web9')
  t.match(type(topState(), '/', 'w', 'e', 'down', 'up').state.selected, 'web/web10')
  t.match(type(topState(), '/', 'w', 'enter', '/', 'x', 'escape').state.filter, 'w')
  t.match(type(topState(), '/', 'w', 'enter', 'escape').state.filter, '')
  t.equal(type(topState(), '/', 'page-down').state.mode.kind, 'filter')
  t.end()
})

t.test('the order changes, and comes round', t => {
  const orders = [1, 2, 3, 4, 5].map(times => type(topState(), ...Array<string>(times).fill('s')).state.sort)
  t.same(orders, ['name', 'state', 'sessions', 'bytes', 'configuration'])
  t.end()
})

t.test('any key leaves the help; q and Ctrl-C end', t => {
  t.equal(type(topState(), '?').state.mode.kind, 'help')
  t.match(type(topState(), '?', 'q'), { state: { mode: { kind: 'list' } }, effects: [] })
  t.match(type(topState(), 'q').effects, [{ kind: 'quit' }])
  for (const before of [[], ['?'], ['/'], ['x']]) {
    t.match(type(topState(), ...before, 'interrupt').effects, [{ kind: 'quit' }])
  }
  const state = topState()
  t.equal(type(state, 'z', 'enter', 'backspace').state, state, 'others do nothing')
  t.end()
})
