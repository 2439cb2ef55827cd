import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { balanceTcp } from '../../fixtures/balanced-tcp.js'
import { watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { check, pour } from '../../fixtures/pattern.js'
import { serveTcp } from '../../fixtures/tcp-server.js'

const MIB = 1024 * 1024
/** How long the readers do not read. */
const STOPPED_MS = 10_000

/** The resident memory of the program in bytes. */
function memory(evenkeel: Evenkeel): number {
  const status = readFileSync(`/proc/${evenkeel.process.pid}/status`, 'latin1')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
}

/** Resolves with the bytes passed on when, for half a second, no more were. */
async function untilStuck(evenkeel: Evenkeel): Promise<number> {
  let passed = -1
  let since = performance.now()
  return evenkeel.until(
    async () => {
      const now = await evenkeel.metric('evenkeel_bytes_total')
      if (now !== passed) since = performance.now()
      return (passed = now)
    },
    now => now > 0 && performance.now() - since > 500,
  )
}

function openClient(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true })
}

const skip = process.platform === 'linux' ? false : 'memory is read from /proc'

t.test('case 13: slow readers', { skip }, async t => {
  const [CLIENTS, BYTES] = [100, 5_000_000]
  const server = await serveTcp(t, socket => void pour(socket.resume(), 13, BYTES).then(() => socket.end()))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const before = memory(evenkeel)
  const clients = Array.from({ length: CLIENTS }, () => openClient(evenkeel.port).pause())
  const [passed] = await Promise.all([untilStuck(evenkeel), delay(STOPPED_MS)])
  const grown = memory(evenkeel) - before
  t.ok(passed < CLIENTS * BYTES, 'the backends wait')
  t.ok(grown < 100 * MIB, `memory grew by ${(grown / MIB).toFixed(1)} MiB`)

  const received = await Promise.all(
    clients.map(async client => {
      const checked = await check(client.resume(), 13)
      client.end()
      return checked
    }),
  )
  t.same(
    received,
    clients.map(() => BYTES),
    'every byte right',
  )
  await noLeaks()
})

t.test('a server that never reads', { skip }, async t => {
  const [CLIENTS, BYTES] = [20, 10_000_000]
  const stuck: Socket[] = []
  const server = await serveTcp(t, socket => void stuck.push(socket.pause()))
  const evenkeel = await balanceTcp(t, [server.address])
  const noLeaks = watchForLeaks(t, evenkeel)
  const before = memory(evenkeel)
  const clients = Array.from({ length: CLIENTS }, () => openClient(evenkeel.port))
  for (const client of clients) void pour(client, 31, BYTES).then(() => client.resume().end())
  const passed = await untilStuck(evenkeel)
  const grown = memory(evenkeel) - before
  t.ok(passed < CLIENTS * BYTES, 'the clients wait')
  t.ok(grown < 100 * MIB, `memory grew by ${(grown / MIB).toFixed(1)} MiB`)

  const received = await Promise.all(
    stuck.map(async socket => {
      const checked = await check(socket.resume(), 31)
      socket.end()
      return checked
    }),
  )
  t.same(
    received,
    clients.map(() => BYTES),
    'once it reads, it gets every byte',
  )
  await noLeaks()
})
