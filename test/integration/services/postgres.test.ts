import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { POSTGRES_PROBE, startPostgres, toPostgres, type PostgresServer } from '../../services/postgres.js'
import { needs, pathOf } from '../../services/programs.js'
import { runProgram, succeed } from '../../services/run-program.js'

const skip = needs('initdb', 'postgres', 'psql', 'pgbench')

const NONE_FAILED = /number of failed transactions: 0 \(/

interface Cluster {
  readonly alpha: PostgresServer
  readonly beta: PostgresServer
  readonly evenkeel: Evenkeel
}

async function startCluster(t: Test): Promise<Cluster> {
  const [alpha, beta] = await Promise.all([startPostgres(t), startPostgres(t)])
  await Promise.all(
    [alpha, beta].map(({ port }) =>
      succeed(pathOf('pgbench'), [...toPostgres(port), '-i', '-q', 'postgres']),
    ),
  )
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--probe', POSTGRES_PROBE],
    ...['--backend', `127.0.0.1:${alpha.port},name=alpha`],
    ...['--backend', `127.0.0.1:${beta.port},name=beta`],
    ...['--probe-interval', '1s', '--probe-timeout', '1s'],
  ])
  return { alpha, beta, evenkeel }
}

const pgbench = (port: number, ...flags: string[]) =>
  runProgram(pathOf('pgbench'), [...toPostgres(port), '-n', ...flags, 'postgres'])

const sessions = (evenkeel: Evenkeel, backend: string) =>
  evenkeel.metric('evenkeel_sessions_total', { backend })

function summary(output: string): string {
  const wanted = /^(number of (clients|transactions|failed)|tps|latency average|pgbench: error)/
  return output
    .split('\n')
    .filter(line => wanted.test(line))
    .join('; ')
}

t.test('PostgreSQL behind evenkeel', { skip }, async t => {
  const { alpha, beta, evenkeel } = await startCluster(t)
  const noLeaks = watchForLeaks(t, evenkeel)

  for (const [name, flags] of [
    ['pgbench -S', ['-S', '-c', '10', '-j', '2', '-t', '1000']],
    ['pgbench, TPC-B like', ['-c', '8', '-j', '2', '-t', '250']],
  ] as const) {
    await t.test(`${name}: no transaction fails`, async t => {
      const { code, output } = await pgbench(evenkeel.port, ...flags)
      t.comment(summary(output))
      t.equal(code, 0, 'exit 0', { output })
      t.match(output, NONE_FAILED, 'no failed transaction')
      const [, processed, wanted] = /actually processed: (\d+)\/(\d+)/.exec(output) ?? []
      t.equal(processed, wanted, 'every transaction')
    })
  }

  await t.test('COPY out and in keeps every byte', async t => {
    const psql = (port: number, statement: string, input?: Buffer) =>
      succeed(pathOf('psql'), [...toPostgres(port), '-qAtc', statement], input)
    const rows = 'select i, md5(i::text), repeat(md5((i * 7)::text), 20) from generate_series(1, 16000) i'
    const original = (await psql(alpha.port, `copy (${rows}) to stdout`)).stdout
    const through = (await psql(evenkeel.port, `copy (${rows}) to stdout`)).stdout
    t.comment(`${original.length} bytes`)
    t.ok(original.length > 10_000_000)
    t.equal(digest(through), digest(original), 'out')
    await Promise.all([alpha, beta].map(server => server.sql('create table copied (i int, a text, b text)')))
    // One connection after the other under round robin: once to each server.
    await psql(evenkeel.port, 'copy copied from stdin', original)
    await psql(evenkeel.port, 'copy copied from stdin', original)
    for (const server of [alpha, beta]) {
      const copied = (await psql(server.port, 'copy (select * from copied order by i) to stdout')).stdout
      t.equal(digest(copied), digest(original), 'in')
    }
  })

  await t.test('both served, and neither log has a complaint about a probe or a client', async t => {
    t.ok((await sessions(evenkeel, 'alpha')) >= 9)
    t.ok((await sessions(evenkeel, 'beta')) >= 9)
    for (const { log } of [alpha, beta]) t.notMatch(log, /ERROR|FATAL|could not|unexpected|incomplete/)
  })

  await t.test('a server crashes under pgbench -S -C', async t => {
    const load = pgbench(evenkeel.port, '-S', '-C', '-c', '6', '-j', '2', '-t', '100')
    const before = await sessions(evenkeel, 'alpha')
    await evenkeel.until(
      () => sessions(evenkeel, 'alpha'),
      now => now - before > 60,
    )
    await alpha.crash()
    const { output, code } = await load
    t.comment(`under way when it crashed: exit ${code}; ${summary(output)}`)
    await evenkeel.backendState('alpha', 'down')
    const [, processed = '0'] = /actually processed: (\d+)/.exec(output) ?? []
    t.ok(Number(processed) > 250, 'clients went on')

    const after = await pgbench(evenkeel.port, '-S', '-C', '-c', '6', '-j', '2', '-t', '20')
    t.comment(`after the failover: exit ${after.code}; ${summary(after.output)}`)
    t.equal(after.code, 0, 'exit 0', { output: after.output })
    t.match(after.output, NONE_FAILED, 'no failed transaction')
    t.match(after.output, /actually processed: 120\/120/, 'every transaction')
  })

  await t.test('it comes back', async t => {
    const restarted = evenkeel.events.length
    await alpha.restart()
    await evenkeel.backendState('alpha', 'up', restarted)
    const before = await sessions(evenkeel, 'alpha')
    const { code, output } = await pgbench(evenkeel.port, '-S', '-C', '-c', '4', '-t', '10')
    t.equal(code, 0, 'exit 0', { output })
    t.ok((await sessions(evenkeel, 'alpha')) - before >= 20, 'half of the connections are its again')
  })

  await noLeaks()
})

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
