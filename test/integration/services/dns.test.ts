import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { query, startDnsmasq } from '../../services/dnsmasq.js'
import { needs, pathOf } from '../../services/programs.js'
import { runProgram } from '../../services/run-program.js'

const skip = needs('dnsmasq', 'dnsperf')

const NONE_LOST = /Queries lost: +0 \(0\.00%\)/

t.test('dnsmasq behind evenkeel, over UDP and TCP', { skip }, async t => {
  const [alpha, beta] = await Promise.all([startDnsmasq(t, '192.0.2.1'), startDnsmasq(t, '192.0.2.2')])
  const names = join(t.testdir(), 'names')
  writeFileSync(names, Array.from({ length: 500 }, (_, i) => `host-${i}.test A\n`).join(''))
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'udp://127.0.0.1:0', '--listen', 'tcp://127.0.0.1:0'],
    ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
    ...['--backend', `127.0.0.1:${beta.port},name=beta`],
    ...['--probe', `udp,send=hex:${query('probe.test', 'beef')},expect=hex:beef`],
    ...['--probe-interval', '500ms', '--probe-timeout', '500ms', '--udp-idle-timeout', '2s'],
  ])
  const noLeaks = watchForLeaks(t, evenkeel)
  const [udp = 0, tcp = 0] = evenkeel.ports
  const dnsperf = (port: number, ...flags: string[]) =>
    runProgram(pathOf('dnsperf'), ['-s', '127.0.0.1', '-p', String(port), '-d', names, ...flags])
  const sessions = (backend: string) =>
    evenkeel.metric('evenkeel_sessions_total', { backend, protocol: 'udp' })

  for (const [name, port, flags] of [
    ['UDP', udp, ['-c', '20', '-q', '200', '-n', '20']],
    // dnsmasq ends a connection after 100 queries, whatever is under way: each carries fewer.
    ['TCP', tcp, ['-m', 'tcp', '-c', '10', '-n', '1']],
  ] as const) {
    await t.test(`dnsperf over ${name}: no query lost`, async t => {
      const { code, output } = await dnsperf(port, ...flags)
      t.comment(summary(output))
      t.equal(code, 0, 'exit 0', { output })
      t.match(output, NONE_LOST, 'no query lost')
      t.match(output, /Response codes: +NOERROR \d+ \(100\.00%\)/, 'all answered well')
    })
  }

  await t.test('each client asks one server, and both are asked', async t => {
    const found = new Set<string>()
    for (let client = 0; client < 6; client += 1) {
      const answers = new Set(await ask(udp, 5))
      t.equal(answers.size, 1, 'one server for one client')
      for (const answer of answers) found.add(answer)
    }
    t.same([...found].sort(), ['192.0.2.1', '192.0.2.2'])
  })

  await t.test('a server is killed under load', async t => {
    const before = await sessions('alpha')
    const load = dnsperf(udp, '-c', '20', '-q', '100', '-n', '60', '-t', '1')
    await evenkeel.until(
      () => sessions('alpha'),
      now => now - before >= 10,
    )
    await alpha.process.end('SIGKILL')
    const { output } = await load
    t.comment(`under way when it was killed: ${summary(output)}`)
    await evenkeel.backendState('alpha', 'down')
    const after = await dnsperf(udp, '-c', '20', '-n', '10')
    t.comment(`after the failover: ${summary(after.output)}`)
    t.match(after.output, NONE_LOST, 'no query lost')
    t.same(await ask(udp, 1), ['192.0.2.2'])
  })

  await noLeaks()
})

/** Asks for an address several times from one socket. */
async function ask(port: number, times: number): Promise<readonly string[]> {
  const socket = createSocket('udp4')
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const answers: string[] = []
  while (answers.length < times) {
    socket.send(Buffer.from(query('who.test', '0abc'), 'hex'))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    answers.push(answer.subarray(-4).join('.'))
  }
  socket.close()
  return answers
}

function summary(output: string): string {
  const wanted = /Queries (sent|completed|lost|per second)|Response codes/
  return output
    .split('\n')
    .filter(line => wanted.test(line))
    .map(line => line.trim().replace(/ +/g, ' '))
    .join('; ')
}
