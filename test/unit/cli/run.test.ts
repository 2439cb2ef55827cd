import { Command } from 'commander'
import t from 'tap'
import { addRunCommand, readSource } from '../../../src/cli/run.js'
import type { Config } from '../../../src/config/config.js'

function create() {
  const configs: Config[] = []
  const command = addRunCommand(new Command('run').exitOverride(), {
    version: '1',
    run: async source => void configs.push(await source.load()),
    check: async source => ({ config: await source.load(), report: undefined }),
    ruleset: async () => '',
    demo: async () => undefined,
  })
  return { configs, parse: (...argv: string[]) => command.parseAsync(argv, { from: 'user' }) }
}

t.test('runs with the configuration that the flags describe', async t => {
  const { configs, parse } = create()
  await parse('--listen', ':1', '-b', 'a:1', '-b', 'b:1', '--name', 'x')
  t.equal(configs.length, 1)
  t.match(configs[0], { services: [{ name: 'x', backends: [{ name: 'a:1' }, { name: 'b:1' }] }] })
})

t.test('runs nothing with broken flags', async t => {
  const { configs, parse } = create()
  await t.rejects(parse('-l', ':1', '-b', 'a'), { name: 'ConfigError', path: '--backend' })
  await t.rejects(parse(), {
    name: 'UsageError',
    message: '--listen and --backend are needed, or --config (evenkeel --help shows more)',
  })
  t.same(configs, [])
})

t.test('one of the two flags is enough to be told which one is missing', async t => {
  const { parse } = create()
  await t.rejects(parse('-l', ':1'), { message: '--backend: at least one is needed' })
  await t.rejects(parse('-b', 'a:1'), { message: '--listen: at least one is needed' })
  t.throws(() => readSource(new Command()), { name: 'UsageError' })
})

t.test('a config file takes the place of the flags of a service', async t => {
  const { configs, parse } = create()
  const directory = t.testdir({ 'a.yaml': 'services: {x: {listen: [":1"], backends: ["a:1"]}}' })
  await parse('--config', `${directory}/a.yaml`, '--no-admin', '--drain-timeout', '7s', '--access-log')
  t.match(configs, [
    { source: `${directory}/a.yaml`, admin: undefined, drainTimeout: 7000, services: [{ name: 'x' }] },
  ])
  for (const [flag, value] of [
    ['--listen', ':1'],
    ['--backend', 'a:1'],
    ['--probe-interval', '5s'],
  ] as const) {
    await t.rejects(parse('-c', `${directory}/a.yaml`, flag, value), {
      name: 'UsageError',
      message: `${flag} cannot stand beside --config: what belongs to a service is in the file`,
    })
  }
  await t.rejects(parse('-c', `${directory}/b.yaml`), { name: 'ConfigError', path: '--config' })
})
