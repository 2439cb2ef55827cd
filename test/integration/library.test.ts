import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { ConfigError, createBalancer, StartError } from '../../src/index.js'

t.test('a balancer inside another program', async t => {
  const echo = createServer(socket => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  t.teardown(() => echo.close())
  const lines: string[] = []
  const balancer = await createBalancer(
    {
      listen: ['tcp://127.0.0.1:0'],
      backend: [`127.0.0.1:${(echo.address() as AddressInfo).port},name=echo`],
      admin: false,
      drainTimeout: '0',
    },
    { log: line => lines.push(line) },
  )
  const [listener] = await balancer.start()
  const client = connect(listener?.port ?? 0, '127.0.0.1')
  client.end('hello')
  const [answer] = (await once(client, 'data')) as [Buffer]
  t.equal(answer.toString(), 'hello')
  t.match(await balancer.services(), [{ name: 'default', backends: [{ name: 'echo', sessionsTotal: 1 }] }])
  await balancer.stop()
  t.same(
    lines
      .map(line => (JSON.parse(line) as { event: string }).event)
      .filter(event => event !== 'backend-state'),
    ['listening', 'ready', 'draining', 'stopped'],
  )
  await balancer.stop()
  t.equal(lines.length, new Set(lines).size, 'stopping twice is stopping once')
})

t.test('what cannot be used and what cannot be bound are errors of their own', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await t.rejects(createBalancer({ listen: [':1'] }), ConfigError)
  const balancer = await createBalancer({
    listen: [`127.0.0.1:${port}`],
    backend: ['127.0.0.1:1'],
    admin: false,
  })
  await t.rejects(balancer.start(), StartError)
  await balancer.stop()
})
