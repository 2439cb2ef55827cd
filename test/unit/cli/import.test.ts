import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import t from 'tap'
import { addImportCommand } from '../../../src/cli/import.js'

const directory = mkdtempSync(join(t.testdir(), 'import-'))

async function run(content: string | Buffer, ...args: string[]) {
  const file = join(directory, 'some.cfg')
  writeFileSync(file, content)
  const written = { stdout: '', stderr: '' }
  const program = new Command('evenkeel').exitOverride().configureOutput({ writeErr: () => undefined })
  addImportCommand(program, {
    stdout: text => void (written.stdout += text),
    stderr: text => void (written.stderr += text),
    columns: undefined,
  })
  const error: unknown = await program.parseAsync(['import', ...args, file], { from: 'user' }).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { ...written, error }
}

t.test('prints the config file, and what it could not carry over', async t => {
  const { stdout, stderr, error } = await run('listen a\n bind :1\n option tcplog\n server s 10.0.0.1:1\n')
  t.equal(error, undefined)
  t.match(stdout, /^# Carried over from some\.cfg[^]*services:\n {2}a:\n/)
  t.match(stderr, /^some\.cfg:3: option tcplog: [^\n]+\n$/)
})

t.test('--from forces the format', async t => {
  const { error } = await run('listen a\n bind :1\n server s 10.0.0.1:1\n', '--from', 'nginx')
  t.match(error, { name: 'ImportError', exitCode: 2 })
  t.match((await run('', '--from', 'apache')).error, { code: 'commander.invalidArgument' })
})

t.test('nothing to carry over is an error, after what is told', async t => {
  const { stdout, stderr, error } = await run('global\n daemon\n')
  t.equal(stdout, '')
  t.match(stderr, /^some\.cfg:2: daemon: /)
  t.match(error, { exitCode: 2, message: 'some.cfg: nothing in it can be carried over' })
})

t.test('reads no more than a config file may have', async t => {
  t.match((await run(Buffer.alloc(5 * 1024 * 1024, 'x'))).error, {
    exitCode: 2,
    message: /larger than 1 MiB/,
  })
  t.match((await run(Buffer.from([0, 1, 2, 255]))).error, { message: /not a text file/ })
})

t.test('a file that cannot be read is an error that names it', async t => {
  const program = new Command('evenkeel')
  addImportCommand(program, { stdout: t.fail, stderr: t.fail, columns: undefined })
  for (const [path, code] of [
    ['/nowhere/a.cfg', 'ENOENT'],
    [directory, 'EISDIR'],
  ] as const) {
    await t.rejects(program.parseAsync(['import', path], { from: 'user' }), {
      exitCode: 2,
      message: `import ${JSON.stringify(path)}: cannot be read (${code})`,
    })
  }
})
