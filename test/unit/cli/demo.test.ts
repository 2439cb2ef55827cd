import { Command } from 'commander'
import t from 'tap'
import { addDemoCommand } from '../../../src/cli/demo.js'

t.test('starts the demo and waits for it', async t => {
  let finished = 0
  const program = new Command('evenkeel').exitOverride()
  addDemoCommand(program, {
    version: '1',
    run: async () => void t.fail('ran'),
    check: async source => ({ config: await source.load(), report: undefined }),
    ruleset: async () => '',
    demo: async () => {
      await Promise.resolve()
      finished++
    },
  })
  await program.parseAsync(['demo'], { from: 'user' })
  t.equal(finished, 1)
})
