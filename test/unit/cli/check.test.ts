import { Command } from 'commander'
import t from 'tap'
import { parse } from 'yaml'
import { addCheckCommand } from '../../../src/cli/check.js'

function create(report?: string) {
  let printed = ''
  const calls: unknown[] = []
  const program = new Command('evenkeel').exitOverride()
  addCheckCommand(
    program,
    {
      version: '1',
      run: async () => void t.fail('ran'),
      check: async (source, options) => {
        const config = await source.load()
        calls.push(options)
        return { config: { ...config, drainTimeout: 7000 }, report }
      },
      ruleset: async () => '',
      demo: async () => undefined,
    },
    { stdout: text => void (printed += text), stderr: () => undefined, columns: undefined },
  )
  const run = async (...argv: string[]) => {
    await program.parseAsync(['check', ...argv], { from: 'user' })
    return printed
  }
  return { calls, run }
}

t.test('prints what the check made of the configuration as YAML', async t => {
  const { calls, run } = create()
  const printed = await run('-l', ':80', '-b', 'a:1', '--no-admin')
  t.same(calls, [{ probeOnce: false }])
  t.match(parse(printed), {
    admin: false,
    drainTimeout: '7s',
    services: { default: { listen: ['tcp://*:80'], probe: { kind: 'tcp', interval: '2s' } } },
  })
  t.notMatch(printed, /sendSource|null|undefined/, 'what is not set is left out')
})

t.test('prints the table of --probe-once below', async t => {
  const { calls, run } = create('backend  result\na:1      pass\n\n')
  const printed = await run('-l', ':80', '-b', 'a:1', '--probe-once')
  t.same(calls, [{ probeOnce: true }])
  t.match(printed, /preserveSource: false\n\nbackend {2}result\na:1 {6}pass\n$/)
})

t.test('checks nothing with broken flags', async t => {
  const { calls, run } = create()
  await t.rejects(run('-l', ':80', '-b', 'a:1', '--hold', 'x'), {
    name: 'ConfigError',
    path: '--hold',
    value: 'x',
  })
  await t.rejects(run(), { name: 'UsageError' })
  t.same(calls, [])
})
