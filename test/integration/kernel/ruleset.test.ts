import t from 'tap'
import { flagsFor, network } from '../../fixtures/balanced-network.js'
import { kernelOnly, needsRoutedNetwork } from '../../fixtures/routed-network.js'
import { runProgram } from '../../fixtures/run-program.js'

const BOTH = ['tcp', 'udp'] as const

/** What can be asked of the rules, in turn. */
const OPTIONS: readonly (readonly string[])[] = [
  [],
  ['--balance', 'ip-hash'],
  ['--balance', 'least-connections'],
  ['--balance', 'random-two'],
  ['--preserve-source'],
  ['--max-connections', '10', '--max-udp-sessions', '20'],
  ['--max-connections-per-client', '3', '--connection-rate-per-client', '5/s'],
  ['--allow', '10.0.0.0/8', '--deny', '10.1.0.0/16', '--deny', 'fd00:1::/32'],
  ['--udp-on-down', 'drop'],
  ['--name', 'a-name_that.is.odd'],
]

t.test(
  'evenkeel ruleset prints rules that can be loaded',
  { skip: needsRoutedNetwork() || kernelOnly },
  async t => {
    for (const family of [4, 6] as const) {
      const { net, backends } = await network(t, ['a', 'b', 'c'], { family })
      const weighted = backends.map(({ spec }, index) => ({ spec: `${spec},weight=${index + 1}` }))
      for (const options of OPTIONS) {
        const flags = flagsFor(net, weighted, options, { protocols: BOTH, family })
        const { code, stdout, stderr } = await runProgram(['ruleset', ...flags], net.balancer.prefix)
        t.same({ code, stderr }, { code: 0, stderr: '' }, `IPv${family} ${options.join(' ')}`)
        t.match(stdout, /table inet evenkeel/)
        t.doesNotThrow(() => net.balancer.feed(stdout, 'nft', '-c', '-f', '-'))
      }
      t.equal(net.balancer.run('nft', 'list', 'ruleset'), '', 'it loads nothing')
    }
  },
)
