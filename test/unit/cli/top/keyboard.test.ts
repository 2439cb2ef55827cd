import t, { type Test } from 'tap'
import { keyOf, openKeyboard } from '../../../../src/cli/top/keyboard.js'
import type { Key } from '../../../../src/cli/top/keys.js'
import { settled } from '../../../fixtures/fake-clock.js'
import { fakeTerminal } from '../../../fixtures/fake-terminal.js'

function open(t: Test) {
  const terminal = fakeTerminal()
  const keys: Key[] = []
  const keyboard = openKeyboard(terminal.input, key => void keys.push(key))
  t.teardown(() => keyboard.close())
  return { terminal, keys, keyboard }
}

t.test('keys have names', t => {
  t.same(keyOf(undefined, { name: 'up' }), { kind: 'up' })
  t.same(keyOf(undefined, { name: 'down' }), { kind: 'down' })
  t.same(keyOf(undefined, { name: 'pageup' }), { kind: 'page-up' })
  t.same(keyOf(undefined, { name: 'pagedown' }), { kind: 'page-down' })
  for (const name of ['return', 'enter']) t.same(keyOf('\r', { name }), { kind: 'enter' })
  for (const name of ['backspace', 'delete']) t.same(keyOf('\b', { name }), { kind: 'backspace' })
  t.same(keyOf(undefined, { name: 'escape', meta: true }), { kind: 'escape' })
  t.same(keyOf('\u0003', { name: 'c', ctrl: true }), { kind: 'interrupt' })
  t.equal(keyOf('\u001a', { name: 'z', ctrl: true }), undefined)
  t.equal(keyOf('d', { name: 'd', meta: true }), undefined)
  t.equal(keyOf('\t', { name: 'tab' }), undefined)
  t.equal(keyOf(undefined, { name: 'f1' }), undefined)
  t.end()
})

t.test('keys that come at once are keys of their own', async t => {
  const { terminal, keys } = open(t)
  terminal.press('\u001b[B\u001b[Bm\u001bOAjGé\r\u0003')
  await settled()
  t.same(keys, [
    { kind: 'down' },
    { kind: 'down' },
    { kind: 'character', character: 'm' },
    { kind: 'up' },
    { kind: 'character', character: 'j' },
    { kind: 'character', character: 'G' },
    { kind: 'character', character: 'é' },
    { kind: 'enter' },
    { kind: 'interrupt' },
  ])
})

t.test('a key that comes in parts is one', async t => {
  const { terminal, keys } = open(t)
  terminal.press('\u001b[')
  await settled()
  terminal.press('5~')
  await settled()
  t.same(keys, [{ kind: 'page-up' }])
})

t.test('the terminal is raw until it is closed', async t => {
  const { terminal, keys, keyboard } = open(t)
  t.equal(terminal.isRaw, true)
  keyboard.close()
  t.equal(terminal.isRaw, false)
  terminal.press('q')
  await settled()
  t.same(keys, [])
})
