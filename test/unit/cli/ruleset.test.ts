import { Command } from 'commander'
import t from 'tap'
import { addRulesetCommand } from '../../../src/cli/ruleset.js'
import type { Config } from '../../../src/config/config.js'

function create() {
  let printed = ''
  const configs: Config[] = []
  const program = new Command('evenkeel').exitOverride()
  addRulesetCommand(
    program,
    {
      version: '1',
      run: async () => void t.fail('ran'),
      check: async source => ({ config: await source.load(), report: undefined }),
      ruleset: async source => {
        configs.push(await source.load())
        return 'table inet evenkeel {\n}'
      },
      demo: async () => undefined,
    },
    { stdout: text => void (printed += text), stderr: () => undefined, columns: undefined },
  )
  const run = async (...argv: string[]) => {
    await program.parseAsync(['ruleset', ...argv], { from: 'user' })
    return printed
  }
  return { configs, run }
}

t.test('prints what the kernel would be given, named or not', async t => {
  for (const flags of [[], ['--datapath', 'kernel']]) {
    const { configs, run } = create()
    t.equal(
      await run('-l', ':80', '-b', 'a:1', '--allow', '10.0.0.0/8', ...flags),
      'table inet evenkeel {\n}\n',
    )
    t.match(configs, [{ datapath: 'kernel', services: [{ access: { allow: [{ address: '10.0.0.0' }] } }] }])
  }
})

t.test('takes a config file for the kernel, whatever it names', async t => {
  const services = 'services: {x: {listen: [":1"], backends: ["a:1"]}}'
  const directory = t.testdir({ 'a.yaml': services, 'b.yaml': `datapath: userspace\n${services}` })
  const { configs, run } = create()
  await run('--config', `${directory}/a.yaml`)
  await run('--config', `${directory}/b.yaml`)
  t.match(configs, [{ datapath: 'kernel' }, { datapath: 'kernel' }])
})

t.test('prints nothing for what the kernel cannot do', async t => {
  const { configs, run } = create()
  await t.rejects(run('-l', ':80', '-b', 'a:1', '--hold', '1s'), { name: 'ConfigError', path: '--hold' })
  await t.rejects(run('-l', ':80', '-b', 'a:1', '--datapath', 'userspace'), {
    name: 'UsageError',
    message: '--datapath userspace has no ruleset (give kernel, or leave it out)',
  })
  await t.rejects(run('-l', ':80', '-b', 'a:1', '--datapath', 'warp'), {
    name: 'ConfigError',
    path: '--datapath',
  })
  await t.rejects(run(), { name: 'UsageError' })
  t.same(configs, [])
})
