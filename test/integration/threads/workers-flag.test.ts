import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'
import { echoed } from '../../fixtures/tcp-client.js'
import { echo, serveTcp, TcpServer } from '../../fixtures/tcp-server.js'

const ELSEWHERE = ['--listen', 'tcp://127.0.0.1:0', '--backend', '127.0.0.1:9', '--no-admin']

const shares = withoutSharedPorts === false

t.test(
  'more than one data thread needs a runtime that shares ports',
  { skip: shares && 'this one does' },
  async t => {
    for (const command of [[], ['check']]) {
      const { code, stdout, stderr } = await runProgram([...command, ...ELSEWHERE, '--workers', '2'])
      t.same({ code, stdout }, { code: 2, stdout: '' })
      t.equal(
        stderr,
        `evenkeel: --workers "2": more than one needs Node.js 22.12 or newer, and this is ${process.versions.node}\n`,
      )
    }
  },
)

t.test('more threads than the cores can use are warned of', { skip: withoutSharedPorts }, async t => {
  const server = await serveTcp(t, echo)
  const workers = 4 * availableParallelism() + 1
  const listen = ['--listen', 'tcp://127.0.0.1:0', '--backend', server.address, ...UNPROBED]
  const evenkeel = await startEvenkeel(t, [...listen, '--workers', String(workers)])
  t.match(await evenkeel.event('warning'), {
    flag: '--workers',
    asked: workers,
    cores: availableParallelism(),
  })
  t.equal(await echoed(evenkeel.port, 'hello'), 'hello')
})

t.test('a port that somebody has is an error, with as many threads as may be', async t => {
  const taken = new TcpServer(echo)
  await taken.start()
  t.teardown(() => taken.stop())
  for (const workers of shares ? ['1', '2'] : ['1']) {
    const server = await serveTcp(t, echo)
    const other = await startEvenkeel(t, [
      ...['--listen', 'tcp://127.0.0.1:0', '--listen', 'udp://127.0.0.1:0', '--backend', server.address],
      ...['--workers', workers],
    ])
    for (const url of [
      `tcp://${taken.address}`,
      `tcp://127.0.0.1:${other.ports[0]}`,
      `udp://127.0.0.1:${other.ports[1]}`,
    ]) {
      const flags = ['--listen', url, '--backend', server.address, '--no-admin', '--workers', workers]
      const { code, stderr } = await runProgram(flags)
      t.match(
        { code, stderr },
        { code: 1, stderr: /^evenkeel: --listen .*\(EADDRINUSE\)\n$/ },
        `${url}, ${workers}`,
      )
    }
  }
})

t.test('auto is one thread a core where ports are shared', async t => {
  const { code, stdout } = await runProgram(['check', ...ELSEWHERE, '--workers', 'auto'])
  t.equal(code, 0)
  t.match(stdout, /^workers: auto$/m)
  const server = await serveTcp(t, echo)
  const path = join(shortDirectory(t), 'in.sock')
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--listen', `unix:${path}`],
    ...['--backend', server.address, '--workers', 'auto'],
  ])
  t.equal(await echoed(evenkeel.port, 'hello'), 'hello')
  t.equal(await echoed({ path }, 'hello'), 'hello', 'a unix socket is not shared')
})
