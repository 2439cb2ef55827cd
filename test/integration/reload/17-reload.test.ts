import t from 'tap'
import { ConfigFile, free, QUICK_PROBE } from '../../fixtures/config-file.js'
import { startEvenkeel, watchForLeaks } from '../../fixtures/evenkeel.js'
import { nameFor, TcpClient } from '../../fixtures/tcp-client.js'
import { serveTcp, type Serve } from '../../fixtures/tcp-server.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'

const SESSIONS = 50

for (const workers of [1, 2]) {
  t.test(`case 17, ${workers} data threads`, { skip: workers > 1 && withoutSharedPorts }, async t => {
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(name => serveTcp(t, greetAndEcho(name))))
    if (a === undefined || b === undefined || c === undefined) throw new Error('no backend')
    const [first = '', second = ''] = [free('tcp'), [`tcp://localhost:0`]].flat()
    const contents = (listen: readonly string[], backends: readonly object[]): object => ({
      db: { listen, backends, balance: 'least-connections', probe: QUICK_PROBE },
    })
    const spec = (name: string, { address }: { readonly address: string }): object => ({ name, address })
    const before = { workers, services: contents([first], [spec('a', a), spec('b', b)]) }
    const file = new ConfigFile(t, before)
    const evenkeel = await startEvenkeel(t, ['--config', file.path])
    const port = evenkeel.port
    const check = watchForLeaks(t, evenkeel)

    const clients = Array.from({ length: SESSIONS }, () => new TcpClient(port))
    const names = await Promise.all(clients.map(client => client.receive(1)))
    t.same(new Set(names.map(String)), new Set(['a', 'b']), 'both have sessions')
    let cut = 0
    for (const client of clients) void client.closed.then(() => cut++)

    file.write({ workers, services: contents([first, second], [spec('b', b), spec('c', c)]) })
    const asked = performance.now()
    evenkeel.signal('SIGHUP')
    const reloaded = await evenkeel.event('config-reloaded')
    t.ok(performance.now() - asked < 1000, 'within 1 s')
    t.match(reloaded, {
      source: file.path,
      backends: { added: ['db/c'], removed: ['db/a'], changed: [] },
      listeners: { added: [new RegExp(`db ${second}`)], removed: [] },
    })
    const other = evenkeel.ports[1] ?? 0
    const later = await Promise.all([port, other, port, other].map(nextName))
    t.notOk(later.includes('a'), 'both listeners give clients to those that there are now')
    t.equal(cut, 0, 'no session was cut')
    t.match((await evenkeel.detail('db')).leaving, [{ name: 'a', sessionsActive: SESSIONS / 2 }])

    file.writeText(
      '{"services": {"db": {"listen": ["tcp://127.0.0.1:0"], "backends": ["127.0.0.1:1,weight=0"]}}}',
    )
    evenkeel.signal('SIGHUP')
    const rejected = await evenkeel.event('config-rejected')
    t.match(rejected, { source: file.path, reason: /services\.db\.backends\[0\].*weight.*"0"/ })
    t.equal(await nextName(other), 'c', 'nothing changed')

    file.write({ workers, services: contents([second], [spec('b', b), spec('c', c)]) })
    evenkeel.signal('SIGHUP')
    await evenkeel.event('config-reloaded', event => event !== reloaded)
    t.equal(await nameFor(port), 'refused', 'a listener that is gone is gone')
    t.equal(cut, 0, 'and its sessions live on')
    for (const client of clients) client.socket.write('hello')
    const heard = await Promise.all(clients.map(client => client.receive(6)))
    t.ok(heard.every(bytes => /^[ab]hello$/.test(String(bytes))))

    const finished = await Promise.all(clients.map(client => client.end()))
    t.ok(finished.every(({ outcome }) => outcome === 'end'))
    await evenkeel.event('admin', event => event['action'] === 'removed' && event['backend'] === 'a')
    t.same((await evenkeel.detail('db')).leaving, [])
    await check()
  })
}

/** Says its name, and sends back what it receives. */
function greetAndEcho(name: string): Serve {
  return socket => {
    socket.write(name)
    socket.pipe(socket)
  }
}

/** The name of the backend that a client gets, which then leaves. */
async function nextName(port: number): Promise<string> {
  const client = new TcpClient(port)
  const name = (await client.receive(1)).toString()
  await client.end()
  return name
}
