import t from 'tap'
import { createProgram } from '../../../src/cli/program.js'
import { surroundings } from '../../fixtures/surroundings.js'

function create(columns?: number) {
  const written = { stdout: '', stderr: '' }
  const called: string[] = []
  const program = createProgram(
    {
      version: '1.2.3',
      run: async () => void called.push('run'),
      check: async source => {
        called.push('check')
        return { config: await source.load(), report: undefined }
      },
      ruleset: async () => {
        called.push('ruleset')
        return ''
      },
      demo: async () => void called.push('demo'),
    },
    { stdout: text => void (written.stdout += text), stderr: text => void (written.stderr += text), columns },
    surroundings(),
  )
  return { written, called, parse: (...argv: string[]) => program.parseAsync(argv, { from: 'user' }) }
}

t.test('run is what happens when no command is named', async t => {
  for (const argv of [[], ['run']]) {
    const { called, parse } = create()
    await parse(...argv, '-l', ':1', '-b', 'a:1')
    t.same(called, ['run'])
  }
  const { called, parse } = create()
  await parse('demo')
  await parse('check', '-l', ':1', '-b', 'a:1')
  await parse('ruleset', '-l', ':1', '-b', 'a:1')
  t.same(called, ['demo', 'check', 'ruleset'])
})

t.test('shows help of at most 100 columns with every group, and an example at the end of each', async t => {
  for (const columns of [undefined, 100, 250]) {
    for (const argv of [
      ...[
        [],
        ['run'],
        ['check'],
        ['ruleset'],
        ['status'],
        ['top'],
        ['events'],
        ['explain'],
        ['reload'],
        ['demo'],
        ['help'],
      ],
      ...[[], ['drain'], ['maintenance'], ['ready'], ['weight'], ['add'], ['remove'], ['kill-sessions']].map(
        action => ['backend', ...action],
      ),
    ]) {
      const { written, parse } = create(columns)
      await t.rejects(parse(...argv, '--help'), { exitCode: 0, code: 'commander.helpDisplayed' })
      const lines = written.stdout.trimEnd().split('\n')
      t.same(
        lines.filter(line => line.length > 100),
        [],
        `evenkeel ${argv.join(' ')}`,
      )
      t.match(lines.at(-1), /^ {2}evenkeel /)
      t.match(written.stdout, /\n {2}(-h, --help) +show this help\n/)
    }
  }
  const { written, parse } = create()
  await t.rejects(parse('--help'))
  const headings = written.stdout.split('\n').filter(line => /^[A-Z].*:$/.test(line))
  t.same(headings, [
    'Config file:',
    'Listeners and backends:',
    'Balancing:',
    'Health:',
    'Sessions:',
    'UDP:',
    'Access and limits:',
    'Process:',
    'Options:',
    'Commands:',
    'Examples:',
  ])
  t.match(written.stdout, /^Usage: evenkeel \[run\] --listen <url> --backend <spec> \[options\] \| --config/)
})

t.test('help follows a narrow terminal', async t => {
  const { written, parse } = create(80)
  await t.rejects(parse('demo', '--help'))
  t.match(written.stdout, /to watch\nand to play with\.\n/)
})

t.test('shows the version', async t => {
  const { written, parse } = create()
  await t.rejects(parse('--version'), { exitCode: 0, code: 'commander.version' })
  t.equal(written.stdout, '1.2.3\n')
})

t.test('refuses what it does not understand, and runs nothing', async t => {
  const cases: [string[], message: string][] = [
    [['dmeo'], 'unknown command "dmeo" (evenkeel --help shows what there is)'],
    [['-l', ':1', '-b', 'a:1', 'x'], 'unknown command "x" (evenkeel --help shows what there is)'],
    [['demo', 'x'], 'unexpected argument "x" (evenkeel demo --help shows what there is)'],
    [
      ['check', '-l', ':1', '-b', 'a:1', 'x'],
      'unexpected argument "x" (evenkeel check --help shows what there is)',
    ],
    [['help', 'run', 'x'], 'unexpected argument "x" (evenkeel help --help shows what there is)'],
    [['-l', ':1', 'check', '-b', 'a:1'], '--listen must come after check'],
    [['--access-log', 'demo'], '--access-log must come after demo'],
    [
      ['backend', 'drain', 'db1', 'x'],
      'unexpected argument "x" (evenkeel backend drain --help shows what there is)',
    ],
    [['status', 'x'], 'unexpected argument "x" (evenkeel status --help shows what there is)'],
    [
      ['backend', 'drian', 'db1', 'x'],
      'backend: unknown action "drian" (did you mean drain? there are drain, maintenance, ready, weight, add, remove and kill-sessions)',
    ],
    [
      ['backend'],
      'backend: what is to be done? One of drain, maintenance, ready, weight, add, remove, kill-sessions',
    ],
  ]
  for (const [argv, message] of cases) {
    const { called, parse } = create()
    await t.rejects(parse(...argv), { name: 'UsageError', message }, argv.join(' '))
    t.same(called, [])
  }
})
