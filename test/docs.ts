import { readFileSync } from 'node:fs'
import t from 'tap'
import { createProgram } from '../src/cli/program.js'
import { DROPS } from '../src/core/outcome.js'
import { Metrics } from '../src/observe/metrics.js'
import { surroundings } from './fixtures/surroundings.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

t.test('every flag of the command line is in the README, and no other', t => {
  const nothing = () => Promise.reject(new Error('not to be called'))
  const program = createProgram(
    { version: '0', run: nothing, check: nothing, ruleset: nothing, demo: nothing },
    { stdout: () => undefined, stderr: () => undefined, columns: undefined },
    surroundings(),
  )
  const flags = program.options.flatMap(({ long }) =>
    long === undefined || long === null || long === '--version' ? [] : [long],
  )
  const table = readme.slice(readme.indexOf('### Flags'), readme.indexOf('### Probes'))
  const documented = [...table.matchAll(/^\| `(?:-\w, )?(--[a-z-]+)[^|]*?(?:`, `(--[a-z-]+))?/gm)]
  t.same(
    new Set(documented.flatMap(([, flag, other]) => [flag, ...(other === undefined ? [] : [other])])),
    new Set(flags.filter(flag => flag !== '--no-admin')),
  )
  t.match(table, '--no-admin')
  t.end()
})

t.test('every metric is in the README, and no other', async t => {
  const metrics = new Metrics({
    version: '0',
    node: '0',
    linesDropped: () => 0,
    journalLinesDropped: () => 0,
  })
  const text = await metrics.render([], [])
  const names = [...text.matchAll(/^# TYPE (evenkeel_\w+)/gm)].map(([, name]) => name)
  t.ok(names.length > 15)
  t.same(new Set([...readme.matchAll(/`(evenkeel_\w+)`/g)].map(([, name]) => name)), new Set(names))
})

t.test('every reason for a dropped datagram is in the README', t => {
  for (const reason of DROPS) t.match(readme, `\`${reason}\``)
  t.end()
})
