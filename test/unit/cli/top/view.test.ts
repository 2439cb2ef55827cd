import { render } from 'ink'
import { createElement } from 'react'
import t from 'tap'
import { frameOf } from '../../../../src/cli/top/frame.js'
import type { Key } from '../../../../src/cli/top/keys.js'
import { View } from '../../../../src/cli/top/view.js'
import { settled } from '../../../fixtures/fake-clock.js'
import { fakeTerminal } from '../../../fixtures/fake-terminal.js'
import { topState } from '../../../fixtures/top-state.js'

function show(isHelp: boolean) {
  const terminal = fakeTerminal()
  const keys: Key[] = []
  const { size, ...state } = topState()
  const frame = frameOf({ ...state, size })
  const props = { frame, size, color: false, isHelp, onKey: (key: Key) => void keys.push(key) }
  const view = render(createElement(View, props), {
    stdout: terminal.output,
    stdin: terminal.input,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  })
  return { terminal, keys, lines: terminal.written.split('\n'), view }
}

t.test('draws the lines of the frame, from the top to the bottom of the screen', t => {
  const { lines, view } = show(false)
  t.equal(lines.length, 24)
  t.match(lines[0], /^evenkeel 127/)
  t.match(lines[4], /^> ● db1 /)
  t.match(lines[23], /q quit$/)
  view.unmount()
  t.end()
})

t.test('shows the help instead, with the keys still below', t => {
  const { lines, view } = show(true)
  t.equal(lines.length, 24)
  t.match(lines.join('\n'), /╭─+╮\n│ ↑ ↓ {2}k j {3}select a backend/)
  t.notMatch(lines.join('\n'), 'db1')
  t.match(lines[23], /q quit$/)
  view.unmount()
  t.end()
})

t.test('hands on the keys', async t => {
  const { terminal, keys, view } = show(false)
  for (const text of ['j', '\u001b[A', '\u0003', '\r']) {
    terminal.press(text)
    await settled()
  }
  t.same(keys, [
    { kind: 'character', character: 'j' },
    { kind: 'up' },
    { kind: 'interrupt' },
    { kind: 'enter' },
  ])
  view.unmount()
})
