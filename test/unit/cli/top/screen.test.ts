import { EventEmitter } from 'node:events'
import t from 'tap'
import { openScreen, repaint, type ScreenOutput } from '../../../../src/cli/top/screen.js'

function output(columns = 10, rows = 3) {
  const emitter = new EventEmitter()
  const written: string[] = []
  const fake = { columns, rows, written, emitter, write: (text: string) => written.push(text) }
  return Object.assign(fake, {
    on: emitter.on.bind(emitter),
    off: emitter.off.bind(emitter),
  }) as unknown as ScreenOutput & { columns: number; rows: number; written: string[]; emitter: EventEmitter }
}

t.test('only what changed is written', t => {
  t.equal(repaint([], ['a', 'b'], 10), '\u001b[1;1Ha\u001b[0m\u001b[K\u001b[2;1Hb\u001b[0m\u001b[K')
  t.equal(repaint(['a', 'b'], ['a', 'c'], 10), '\u001b[2;1Hc\u001b[0m\u001b[K')
  t.equal(repaint(['a', 'b'], ['a', 'b'], 10), '')
  t.equal(repaint(['a', 'b', 'c'], ['a'], 10), '\u001b[2;1H\u001b[J')
  t.equal(
    repaint([], ['\u001b[32mab\u001b[39m'], 2),
    '\u001b[1;1H\u001b[32mab\u001b[39m\u001b[0m',
    'a full row is not cleared',
  )
  t.end()
})

t.test('takes the terminal over and gives it back, once', t => {
  const terminal = output()
  const screen = openScreen(terminal)
  t.match(terminal.written.join(''), /\[\?1049h.*\[\?25l/)
  screen.stream.write('a\nb\nc\nd')
  t.notMatch(terminal.written.join(''), 'd\u001b[0m', 'what is below the screen is not written')
  terminal.written.length = 0
  screen.stream.write('a\nb\nc\nd')
  t.same(terminal.written, [])
  screen.close()
  screen.close()
  t.match(terminal.written, { length: 1 })
  t.match(terminal.written[0], /\[\?25h.*\[\?1049l$/)
  screen.stream.write('late')
  t.match(terminal.written, { length: 1 })
  t.equal(terminal.emitter.listenerCount('resize'), 0)
  t.end()
})

t.test('follows the size of the terminal', t => {
  const terminal = output()
  const screen = openScreen(terminal)
  screen.stream.write('a\nb')
  let resized = 0
  screen.onResize(() => resized++)
  Object.assign(terminal, { columns: 20, rows: 9 })
  terminal.written.length = 0
  terminal.emitter.emit('resize')
  t.equal(resized, 1)
  t.same([screen.size, screen.stream.columns, screen.stream.rows], [{ columns: 20, rows: 9 }, 20, 9])
  screen.stream.write('a\nb')
  t.match(terminal.written.join(''), /\[2J.*\[1;1Ha.*\[2;1Hb/, 'and draws everything again')
  Object.assign(terminal, { columns: 0, rows: undefined })
  t.same(screen.size, { columns: 80, rows: 24 }, 'a terminal that does not know its size has the usual one')
  t.end()
})
