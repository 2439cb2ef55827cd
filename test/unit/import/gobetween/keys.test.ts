import t from 'tap'
import { readDocument } from '../../../../src/import/gobetween/document.js'
import { Keys, readDuration } from '../../../../src/import/gobetween/keys.js'
import { Notes } from '../../../../src/import/notes.js'

async function keys(text: string, ...path: string[]) {
  const notes = new Notes('f')
  return { keys: new Keys(await readDocument(text, notes), path, notes), notes }
}

t.test('reads values, and tells of those of another type', async t => {
  const { keys: a, notes } = await keys(
    '[a]\ntext = "x"\nempty = ""\nnumber = 3\ntime = "1h30m"\nodd = true\nminus = -1\nsoon = "soon"',
    'a',
  )
  t.same(
    [a.text('text'), a.text('empty'), a.text('none'), a.text('odd')],
    ['x', undefined, undefined, undefined],
  )
  t.same([a.number('number'), a.number('none'), a.number('minus')], [3, undefined, undefined])
  t.same([a.duration('time'), a.duration('none'), a.duration('soon')], [5_400_000, undefined, undefined])
  t.ok(a.has('text') && !a.has('toString'))
  t.same(notes.lines(), [
    'f:6: a.odd: not a text',
    'f:7: a.minus: not a whole number from 0',
    'f:8: a.soon: not a duration',
  ])
})

t.test('a table that is not there is empty', async t => {
  const { keys: a, notes } = await keys('a = 1', 'a', 'b')
  t.same(a.table, {})
  t.equal(a.line('c'), undefined)
  a.tell(undefined, 'odd')
  t.same(notes.lines(), ['f: a.b: odd'])
})

t.test('tells of keys that are not known', async t => {
  const { keys: root, notes } = await keys('a = 1\nb = 2\nc = 3\nd = 4\n[e]\nf = 5')
  root.tellOthers(['a', 'e'], { b: 'why not', c: '' })
  root.inside('e').tellOthers([], {})
  t.same(notes.lines(), ['f:2: b: why not', 'f:4: d: not known here', 'f:6: e.f: not known here'])
})

t.test('durations of Go', t => {
  for (const [text, millis] of [
    ['0', 0],
    ['0s', 0],
    ['1.5s', 1500],
    ['1h30m', 5_400_000],
    ['2us', 1],
    ['5', undefined],
    ['', undefined],
    ['-1s', undefined],
    ['1d', undefined],
  ] as const) {
    t.equal(readDuration(text), millis, text)
  }
  t.end()
})
