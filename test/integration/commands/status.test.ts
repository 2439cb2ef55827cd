import { createServer } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { listening } from '../../fixtures/answering.js'
import { askedAbout } from '../../fixtures/commands.js'
import { startEvenkeel } from '../../fixtures/evenkeel.js'
import { backendView, downView, FakeAdmin, serviceView } from '../../fixtures/fake-admin.js'
import { isRefusal, runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'
import { echo, refuseTcp, serveTcp } from '../../fixtures/tcp-server.js'

t.jobs = 2

t.test('status shows a running process', { buffered: true }, async t => {
  const [alive, dead] = [await serveTcp(t, echo), await refuseTcp(t)]
  const socket = join(shortDirectory(t), 'admin.sock')
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--admin', `unix:${socket}`, '--probe-interval', '100ms'],
    ...['--backend', `${alive.address},name=alive`, '--backend', `${dead.address},name=dead`],
    ...['--probe-timeout', '100ms', '--name', 'db'],
  ])
  await Promise.all([evenkeel.backendState('alive', 'up'), evenkeel.backendState('dead', 'down')])
  const { code, stdout, stderr } = await runProgram(['status', '--admin', `unix:${socket}`])
  t.same({ code, stderr }, { code: 0, stderr: '' })
  t.match(stdout, /^db {2}round-robin {2}primaries serve {2}0 sessions {2}tcp:\/\/127\.0\.0\.1:\d+\n/)
  t.match(stdout, /\n {2}● {2}alive .* up .* ms\n/)
  t.match(stdout, /\n {2}✗ {2}dead .* down .* dead: connection refused \(ECONNREFUSED\)\n$/)
  t.notMatch(stdout, '\u001b', 'no colours where there is no terminal')
})

t.test('status --json prints what the admin API answers', { buffered: true }, async t => {
  const services = [serviceView('db', [backendView('db1'), downView('db2')]), serviceView('web', [])]
  const { fake, read } = await askedAbout(t, services)
  const { code, stdout } = await read('status', '--json')
  t.same([code, stdout], [0, `${JSON.stringify({ services: fake.services })}\n`])
  t.same(JSON.parse((await read('status', '--json', '--service', 'web')).stdout), { services: [services[1]] })
})

t.test('status of one service, by its name', { buffered: true }, async t => {
  const { read } = await askedAbout(t, [serviceView('db', []), serviceView('web', [])])
  t.match(await read('status', '--service', 'web'), { code: 0, stdout: /^web .*\n$/ })
  const complaint = 'there is no service "wep" (did you mean web? there are db and web)'
  isRefusal(t, await read('status', '--service', 'wep'), complaint)
})

t.test('a wildcard is reached on loopback', { buffered: true }, async t => {
  const { fake } = await askedAbout(t, [serviceView('db', [])])
  const [, port = ''] = fake.address.split(':')
  for (const address of [`:${port}`, `0.0.0.0:${port}`, `[::]:${port}`]) {
    t.match(await runProgram(['status', '--admin', address]), { code: 0, stdout: /^db / }, address)
  }
})

t.test('an admin server that is not there is told of in one line', { buffered: true }, async t => {
  const gone = new FakeAdmin([])
  await gone.listen(0)
  const { address } = gone
  await gone.vanish()
  const commands = [
    ['status'],
    ['events'],
    ['top'],
    ['explain', '--client', '10.0.0.1'],
    ['backend', 'ready', 'a'],
  ]
  for (const command of commands) {
    const complaint = `--admin ${address}: ECONNREFUSED (is evenkeel running there?)`
    isRefusal(t, await runProgram([...command, '--admin', address]), complaint)
  }
  const path = join(shortDirectory(t), 'admin.sock')
  const complaint = `--admin unix:${path}: ENOENT (is evenkeel running there?)`
  isRefusal(t, await runProgram(['status', '--admin', `unix:${path}`]), complaint)
})

t.test('so is a server of another kind', { buffered: true }, async t => {
  const { address } = await listening(
    t,
    createServer((_, response) => response.writeHead(404).end('<h1>')),
  )
  const where = `${address.host}:${address.port}`
  const complaint = `--admin ${where}: answered with 404 (is it the admin server of evenkeel?)`
  isRefusal(t, await runProgram(['status', '--admin', where]), complaint)
  const other = await serveTcp(t, socket => socket.end('SSH-2.0-x\r\n'))
  const { code, stderr } = await runProgram(['status', '--admin', other.address])
  t.match(
    { code, stderr },
    { code: 1, stderr: /^evenkeel: --admin .*: HPE_\w+ \(what listens there is no admin/ },
  )
})

t.test('a flag that cannot be understood is a usage error', { buffered: true }, async t => {
  const { code, stdout, stderr } = await runProgram(['status', '--admin', 'nowhere'])
  t.same(
    { code, stdout, stderr },
    { code: 2, stdout: '', stderr: 'evenkeel: --admin "nowhere": no port (write HOST:PORT)\n' },
  )
})
