import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { needs, pathOf } from '../../services/programs.js'
import { startRedis } from '../../services/redis.js'
import { runProgram, succeed } from '../../services/run-program.js'

const skip = needs('redis-server', 'redis-benchmark', 'redis-cli')

t.test('Redis behind evenkeel', { skip }, async t => {
  const [alpha, beta] = await Promise.all([startRedis(t), startRedis(t)])
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--balance', 'least-connections'],
    ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
    ...['--backend', `127.0.0.1:${beta.port},name=beta`],
    ...['--probe', String.raw`tcp,send=PING\r\n,expect=+PONG`],
    ...['--probe-interval', '500ms', '--probe-timeout', '500ms'],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const benchmark = (...flags: string[]) =>
    runProgram(pathOf('redis-benchmark'), ['-p', String(evenkeel.port), '-q', ...flags])

  /** How often SET and GET have run on the servers. */
  const commands = async (): Promise<number> => {
    const stats = await Promise.all(
      [alpha, beta].map(({ port }) =>
        succeed(pathOf('redis-cli'), ['-p', String(port), 'info', 'commandstats']),
      ),
    )
    const counts = stats.flatMap(({ output }) => [...output.matchAll(/^cmdstat_(?:set|get):calls=(\d+)/gm)])
    return counts.reduce((sum, [, calls]) => sum + Number(calls), 0)
  }

  for (const [name, requests, flags] of [
    ['50 clients', 20_000, ['-c', '50']],
    ['pipelines of 16', 80_000, ['-c', '50', '-P', '16']],
    ['values of 64 KiB', 2000, ['-c', '20', '-d', '65536']],
    ['one connection per request', 2000, ['-c', '20', '-k', '0']],
  ] as const) {
    await t.test(`redis-benchmark, ${name}: no error`, async t => {
      const before = await commands()
      const { code, output } = await benchmark('-t', 'set,get', '-n', String(requests), ...flags)
      t.comment(rates(output))
      t.equal(code, 0, 'exit 0', { output })
      t.notMatch(output, /error/i, 'no error')
      t.ok((await commands()) - before >= 2 * requests, 'the servers saw every command')
    })
  }

  await t.test('a server that hangs is seen by the probe, and left alone until it answers again', async t => {
    const hung = evenkeel.events.length
    alpha.process.signal('SIGSTOP')
    t.match(await evenkeel.backendState('alpha', 'down', hung), { cause: 'dead' })
    const { code, output } = await benchmark('-t', 'set', '-n', '2000', '-c', '10')
    t.equal(code, 0, 'exit 0', { output })
    alpha.process.signal('SIGCONT')
    await evenkeel.backendState('alpha', 'up', hung)
    const total = () => evenkeel.metric('evenkeel_sessions_total', { backend: 'alpha' })
    const before = await total()
    await benchmark('-t', 'set', '-n', '2000', '-c', '10')
    t.ok((await total()) > before, 'it is used again')
  })

  await noLeaks()
})

/** The last figure of each line that was rewritten in place. */
function rates(output: string): string {
  const lines = output.split(/[\r\n]/)
  return lines.filter(line => line.includes('requests per second')).join('; ')
}
