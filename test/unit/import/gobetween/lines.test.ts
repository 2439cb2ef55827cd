import t from 'tap'
import { jsonLines, tomlLines } from '../../../../src/import/gobetween/lines.js'

t.test('finds tables and keys of TOML', t => {
  const lineOf = tomlLines(
    'top = 1\n# x\n[servers]\n[servers.a]\nbind = ":1"\n  [servers.a.discovery]\n  kind = "x"\n[servers."b.c"]\n"bind" = 1\nx . y = 2\n',
  )
  const cases: [path: string[], line: number | undefined][] = [
    [['top'], 1],
    [['servers'], 3],
    [['servers', 'a'], 4],
    [['servers', 'a', 'bind'], 5],
    [['servers', 'a', 'discovery', 'kind'], 7],
    [['servers', 'b.c'], 8],
    [['servers', 'b.c', 'bind'], 9],
    [['servers', 'b.c', 'x', 'y'], 10],
    [['servers', 'z'], undefined],
  ]
  for (const [path, line] of cases) t.equal(lineOf(path), line, path.join('.'))
  t.end()
})

t.test('finds keys of JSON', t => {
  const lineOf = jsonLines('{\n"api": {"a:": [1,\n {"x": 1}]},\n"servers": {\n "a\\"": {\n"bind": ":1"}}}')
  t.equal(lineOf(['api']), 2)
  t.equal(lineOf(['api', 'a:']), 2)
  t.equal(lineOf(['servers']), 4)
  t.equal(lineOf(['servers', 'a"', 'bind']), 6)
  t.equal(lineOf(['servers', 'b']), undefined)
  t.end()
})
