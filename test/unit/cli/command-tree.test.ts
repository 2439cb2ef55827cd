import t from 'tap'
import { allCommands, readCommand } from '../../../src/cli/command-tree.js'
import { smallProgram } from '../../fixtures/small-program.js'

t.test('reads what is declared and not hidden', t => {
  const program = readCommand(smallProgram())
  t.same(
    allCommands(program).map(({ path }) => path.join(' ')),
    ['', 'check', 'backend', 'backend drain', 'backend ready', 'backend help', 'shell', 'help'],
  )
  t.match(program, { path: [], usage: '[run] [options]', description: 'Does it all.' })
  t.same(
    program.options.map(({ long, group, value }) => [long, group, value]),
    [
      ['--listen', 'Listeners:', { kind: 'text' }],
      [
        '--balance',
        'Balancing:',
        {
          kind: 'choices',
          choices: ['round-robin', 'least-connections', 'ip-hash', 'random-two', 'least-latency'],
        },
      ],
      ['--config', 'Listeners:', { kind: 'file' }],
      ['--no-admin', 'Options:', undefined],
      ['--help', 'Options:', undefined],
    ],
  )
  t.match(program.options[0], { short: '-l', flags: '-l, --listen <url>', placeholder: 'url' })
  t.end()
})

t.test('knows what arguments and choices can be', t => {
  const [check, , shell, help] = readCommand(smallProgram()).commands
  t.match(check, { summary: 'look at it', values: [{ kind: 'file' }] })
  t.match(check?.options[1], { value: { kind: 'choices', choices: ['yaml', 'json'] } })
  t.match(shell, { summary: 'Says.', values: [{ kind: 'choices', choices: ['bash', 'zsh'] }] })
  t.match(help, { values: [{ kind: 'choices', choices: ['check', 'backend', 'shell', 'help'] }] })
  t.end()
})
