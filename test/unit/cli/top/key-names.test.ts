import t from 'tap'
import { keysOf, type Struck } from '../../../../src/cli/top/key-names.js'

const NOTHING: Struck = {
  upArrow: false,
  downArrow: false,
  pageUp: false,
  pageDown: false,
  return: false,
  escape: false,
  backspace: false,
  delete: false,
  ctrl: false,
  meta: false,
}

const keys = (input: string, struck: Partial<Struck> = {}) => keysOf(input, { ...NOTHING, ...struck })

t.test('keys have names', t => {
  t.same(keys('', { upArrow: true }), [{ kind: 'up' }])
  t.same(keys('', { downArrow: true }), [{ kind: 'down' }])
  t.same(keys('', { pageUp: true }), [{ kind: 'page-up' }])
  t.same(keys('', { pageDown: true }), [{ kind: 'page-down' }])
  t.same(keys('\r', { return: true }), [{ kind: 'enter' }])
  t.same(keys('', { escape: true, meta: true }), [{ kind: 'escape' }])
  for (const struck of [{ backspace: true }, { delete: true }])
    t.same(keys('', struck), [{ kind: 'backspace' }])
  t.same(keys('c', { ctrl: true }), [{ kind: 'interrupt' }])
  t.same(keys('z', { ctrl: true }), [])
  t.same(keys('d', { meta: true }), [])
  t.end()
})

t.test('characters that come at once are keys of their own', t => {
  t.same(keys('jé\r\u0003\u001b'), [
    { kind: 'character', character: 'j' },
    { kind: 'character', character: 'é' },
    { kind: 'enter' },
    { kind: 'interrupt' },
  ])
  t.end()
})
