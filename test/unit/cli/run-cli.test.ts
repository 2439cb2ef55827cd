import t from 'tap'
import type { Actions } from '../../../src/cli/actions.js'
import { runCli } from '../../../src/cli/run-cli.js'
import { surroundings } from '../../fixtures/surroundings.js'

async function run(argv: string[], actions: Partial<Actions> = {}) {
  const result = { code: -1, stdout: '', stderr: '' }
  const all: Actions = {
    version: '1.2.3',
    run: async source => void (await source.load()),
    check: async source => ({ config: await source.load(), report: undefined }),
    ruleset: async () => '',
    demo: async () => undefined,
    ...actions,
  }
  result.code = await runCli(
    argv,
    all,
    {
      stdout: text => void (result.stdout += text),
      stderr: text => void (result.stderr += text),
      columns: undefined,
    },
    surroundings(),
  )
  return result
}

t.test('is silent when all is well', async t => {
  t.same(await run(['-l', ':1', '-b', 'a:1']), { code: 0, stdout: '', stderr: '' })
  t.same(await run(['--version']), { code: 0, stdout: '1.2.3\n', stderr: '' })
  t.match(await run(['--help']), { code: 0, stdout: /^Usage: evenkeel /, stderr: '' })
  t.match(await run(['check', '-h']), { code: 0, stdout: /^Usage: evenkeel check /, stderr: '' })
  t.match(await run(['help', 'demo']), { code: 0, stdout: /^Usage: evenkeel demo /, stderr: '' })
})

t.test('tells a usage error in one line and ends with 2', async t => {
  const cases: [string[], line: string][] = [
    [[], '--listen and --backend are needed, or --config (evenkeel --help shows more)'],
    [['run'], '--listen and --backend are needed, or --config (evenkeel --help shows more)'],
    [['check'], '--listen and --backend are needed, or --config (evenkeel --help shows more)'],
    [['--access-log'], '--listen and --backend are needed, or --config (evenkeel --help shows more)'],
    [['-l', ':1'], '--backend: at least one is needed'],
    [['--lisen', ':1'], "unknown option '--lisen' (Did you mean --listen?)"],
    [['check', '--probe-onse'], "unknown option '--probe-onse' (Did you mean --probe-once?)"],
    [['demo', '-l', ':1'], "unknown option '-l'"],
    [['start'], 'unknown command "start" (evenkeel --help shows what there is)'],
    [['st\nart'], 'unknown command "st\\nart" (evenkeel --help shows what there is)'],
    [['--x\ny'], "unknown option '--x y'"],
    [['--listen'], "option '-l, --listen <url>' argument missing"],
    [
      ['-l', ':1', '-b', 'a:1', '--probe-interval', '5x'],
      '--probe-interval "5x": not a duration (examples: 250ms, 2s, 1.5h)',
    ],
    [
      ['-l', ':1', '-b', 'a:1', '--name', 'a\nb'],
      '--name "a\\nb": not a name of 1 to 63 letters, digits, "_", "." and "-"',
    ],
    [['help', 'nothing'], 'unknown command "nothing" (evenkeel --help shows what there is)'],
  ]
  for (const [argv, line] of cases) {
    const actions: Partial<Actions> = {
      run: async source => {
        await source.load()
        t.fail('ran')
      },
      demo: async () => void t.fail('ran'),
    }
    t.same(await run(argv, actions), { code: 2, stdout: '', stderr: `evenkeel: ${line}\n` }, argv.join(' '))
  }
})

t.test('tells an error with an exit code of its own in one line', async t => {
  const error = Object.assign(new Error('--listen "tcp://:80": permission denied (EACCES)'), { exitCode: 1 })
  const actions = { run: () => Promise.reject(error) }
  t.same(await run(['-l', ':80', '-b', 'a:1'], actions), {
    code: 1,
    stdout: '',
    stderr: 'evenkeel: --listen "tcp://:80": permission denied (EACCES)\n',
  })
})

t.test('tells each line of an error that has several', async t => {
  const refused = (lines: unknown) => () =>
    Promise.reject(Object.assign(new Error('all of it'), { exitCode: 1, lines }))
  const told = async (lines: unknown) =>
    (await run(['-l', ':80', '-b', 'a:1'], { run: refused(lines) })).stderr
  t.equal(
    await told(['no nft', 'error: line\nthree']),
    'evenkeel: no nft\nevenkeel: line three\n',
    'each on one line',
  )
  t.equal(await told([]), 'evenkeel: all of it\n')
  t.equal(await told('text'), 'evenkeel: all of it\n')
})

t.test('throws what is a bug', async t => {
  const argv = ['-l', ':80', '-b', 'a:1']
  await t.rejects(run(argv, { run: () => Promise.reject(new TypeError('a bug')) }), { message: 'a bug' })
  const odd = Object.assign(new Error('odd'), { exitCode: 'one' })
  await t.rejects(run(argv, { run: () => Promise.reject(odd) }), { message: 'odd' })
})
