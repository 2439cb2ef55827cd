import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import type { BackendView } from '../../../src/api/views.js'
import { MOST_CONNECTIONS, startAdmin } from '../../fixtures/admin-server.js'
import { adminSource, backendNamed, FakeJournal, serviceNamed } from '../../fixtures/admin-source.js'
import { FakeClock, settled } from '../../fixtures/fake-clock.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What this process keeps in memory now. */
function used(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

t.test('readers of events that stall cost next to nothing and are cut off', async t => {
  const journal = new FakeJournal()
  const clock = new FakeClock()
  const backends: BackendView[] = Array.from({ length: 100 }, (_, index) => backendNamed(`10.0.0.${index}:1`))
  const services = () => Promise.resolve([{ ...serviceNamed('web'), backends }])
  const admin = await startAdmin(t, { clock, source: adminSource([], { journal, services }) })
  // One string for all entries: what grows is what is kept for the readers.
  const fields = { padding: 'x'.repeat(2000) }
  for (let count = 0; count < 10_000; count++) journal.tell('warning', fields)
  const stalled = []
  for (let count = 0; count < 16; count++) {
    const socket = await admin.connect(t)
    const path = count % 2 === 0 ? 'events?after=0' : 'live?after=0'
    socket.pause().write(`GET /api/v1/${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    stalled.push(socket)
  }
  // Each of them is as far as the kernel's buffers let it come.
  while ((await admin.ask('GET', '/api/v1/events')).status !== 503) await settled()
  let before = 0
  for (let read = -1; read !== before; await settled()) {
    read = before
    for (let turn = 0; turn < 50; turn++) await settled()
    before = Math.max(...stalled.map(({ bytesRead }) => bytesRead))
  }
  const start = used()
  for (let count = 0; count < 2000; count++) {
    journal.tell('warning', fields)
    clock.advance(4)
    await settled()
  }
  const grown = used() - start
  t.ok(grown < 16 * 256 * 1024, `${grown} bytes for 16 readers that miss 4 MB each`)
  t.match(await admin.ask('GET', '/healthz'), { status: 200 })

  clock.advance(20_000)
  let refused = 503
  while (refused === 503) refused = (await admin.ask('HEAD', '/api/v1/events')).status
  t.equal(refused, 200, 'there is room again')
  for (const socket of stalled) {
    socket.resume()
    if (!socket.closed) await once(socket, 'close')
  }
})

t.test('200 slow clients keep nobody waiting and no descriptor for long', { timeout: 60_000 }, async t => {
  const admin = await startAdmin(t)
  const open = (): number => readdirSync('/proc/self/fd').length
  const before = open()
  const slow = []
  const request = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: '
  for (let count = 0; count < 200; count++) {
    const socket = await admin.connect(t)
    const timer = setInterval(
      () => socket.destroyed || socket.write(request[socket.bytesWritten] ?? 'x'),
      1000,
    )
    t.teardown(() => clearInterval(timer))
    socket.resume().write(request.charAt(0))
    slow.push(socket)
  }
  const times: number[] = []
  for (let count = 0; count < 50; count++) {
    const begun = performance.now()
    t.equal((await admin.ask('GET', '/api/v1/services')).status, 200)
    times.push(performance.now() - begun)
  }
  times.sort((a, b) => a - b)
  t.ok((times[45] ?? Infinity) < 100, `nine of ten are answered within ${times[45]} ms`)
  const accepted = slow.filter(({ closed }) => !closed)
  t.ok(accepted.length <= MOST_CONNECTIONS, `${accepted.length} are still there`)
  for (const socket of slow) if (!socket.closed) await once(socket, 'close')
  t.ok(open() <= before + 2, `${open()} descriptors after ${before}`)
})
