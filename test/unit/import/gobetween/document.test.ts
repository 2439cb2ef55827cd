import t from 'tap'
import { asTable, readDocument } from '../../../../src/import/gobetween/document.js'
import { Notes } from '../../../../src/import/notes.js'

t.test('reads TOML and JSON', async t => {
  const toml = await readDocument('[servers.a]\nbind = ":1"', new Notes('f'))
  t.same(toml.root, { servers: { a: { bind: ':1' } } })
  t.equal(toml.lineOf(['servers', 'a', 'bind']), 2)
  const json = await readDocument(' {"servers":\n{}}', new Notes('f'))
  t.same(json.root, { servers: {} })
  t.equal(json.lineOf(['servers']), 1)
})

t.test('says in one line what is wrong', async t => {
  for (const [text, message] of [
    ['a = ', /^f(:1)?: not TOML: [^\n]+$/],
    ['[a]\n[a]\n', /^f:2: not TOML: /],
    ['a = 1\na = 2', /^f:2: not TOML: /],
    ['a = ' + '['.repeat(100_000), /^f[^\n]*not TOML: /],
    ['{"a":', /^f: not JSON: [^\n]+$/],
    ['{"a": ' + '['.repeat(500_000), /^f: not JSON: /],
  ] as const) {
    await t.rejects(readDocument(text, new Notes('f')), { name: 'ImportError', message }, text.slice(0, 20))
  }
})

t.test('what is a table', t => {
  t.same(
    [asTable({ a: 1 }), asTable([]), asTable(null), asTable('a')],
    [{ a: 1 }, undefined, undefined, undefined],
  )
  t.end()
})
