import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { runProgram } from '../fixtures/run-program.js'

const IMPORTS = new URL('../fixtures/imports/', import.meta.url).pathname

const SERVICES = {
  'haproxy.cfg': ['postgres', 'redis_in', 'smtp'],
  'nginx.conf': ['db', 'dns', 'tcp-12345'],
  'gobetween.toml': ['pg', 'game.eu'],
}

for (const [name, services] of Object.entries(SERVICES)) {
  t.test(`what comes of ${name} is a config file that is taken`, async t => {
    const imported = await runProgram(['import', join(IMPORTS, name)])
    t.equal(imported.code, 0)
    const lines = readFileSync(join(IMPORTS, name), 'utf8').split('\n').length
    for (const note of imported.stderr.trimEnd().split('\n')) {
      const [, file, line] = /^([\w.]+):(\d+): \S.*: \S/.exec(note) ?? []
      t.equal(file, name, note)
      t.ok(Number(line) >= 1 && Number(line) <= lines, note)
    }
    const file = join(mkdtempSync(join(t.testdir(), 'import-')), 'evenkeel.yaml')
    writeFileSync(file, imported.stdout)
    const checked = await runProgram(['check', '--config', file])
    t.same({ code: checked.code, stderr: checked.stderr }, { code: 0, stderr: '' })
    const { services: read } = parse(checked.stdout) as { services: Record<string, unknown> }
    t.same(Object.keys(read), services)
  })
}

t.test('a file that is none of them ends in one line', async t => {
  const file = join(mkdtempSync(join(t.testdir(), 'import-')), 'binary')
  writeFileSync(file, Buffer.alloc(5 * 1024 * 1024, 'x'))
  t.match(await runProgram(['import', file]), {
    code: 2,
    stdout: '',
    stderr: 'evenkeel: binary: larger than 1 MiB\n',
  })
  t.match(await runProgram(['import', process.execPath]), {
    code: 2,
    stdout: '',
    stderr: /^evenkeel: node: [^\n]+\n$/,
  })
})
