import { render } from 'ink'
import { createElement } from 'react'
import t from 'tap'
import { frameOf } from '../../../../src/cli/top/frame.js'
import { View } from '../../../../src/cli/top/view.js'
import { fakeTerminal } from '../../../fixtures/fake-terminal.js'
import { topState } from '../../../fixtures/top-state.js'

function show(isHelp: boolean) {
  const terminal = fakeTerminal()
  const { size, ...state } = topState()
  const frame = frameOf({ ...state, size })
  const props = { frame, size, color: false, isHelp }
  const view = render(createElement(View, props), {
    stdout: terminal.output,
    stdin: terminal.input,
    debug: true,
    patchConsole: false,
  })
  return { lines: terminal.written.split('\n'), view }
}

t.test('draws the lines of the frame, from the top to the bottom of the screen', t => {
  const { lines, view } = show(false)
  t.equal(lines.length, 24)
  t.match(lines[0], /^127\.0\.0\.1:7070 {2}2 services/)
  t.match(lines[4], /^> ● db1 /)
  t.match(lines[23], /q quit/)
  view.unmount()
  t.end()
})

t.test('shows the help instead, with the keys still below', t => {
  const { lines, view } = show(true)
  t.equal(lines.length, 24)
  t.match(lines.join('\n'), /╭─+╮\n│ ↑ ↓ {2}k j {3}select a backend/)
  t.notMatch(lines.join('\n'), 'db1')
  t.match(lines[23], /q quit/)
  view.unmount()
  t.end()
})
