import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pass } from 'node:timers/promises'
import { chromium } from 'playwright-core'

// Takes the pictures of the README from a real run: evenkeel before real backends, with traffic, one backend down and
// one draining. `npm run screenshots -- 5` lets it run for 5 minutes before.

const MINUTES = Number(process.argv[2] ?? 5)
const OUT = new URL('./screenshots/', import.meta.url)
const BIN = new URL('../../bin/evenkeel.js', import.meta.url).pathname
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const END = performance.now() + MINUTES * 60_000
const TOKEN = randomBytes(32).toString('base64url')

/** A TCP server that answers everything with more than it was sent. @param {number} port */
async function answer(port = 0) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    socket.on('data', chunk => socket.write(Buffer.alloc(chunk.length * randomInt(3, 9))))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { port: address.port, stop }
}

/** A UDP server that answers every datagram. */
async function reply() {
  const socket = createSocket('udp4')
  socket.on('message', (message, { port, address }) =>
    socket.send(Buffer.alloc(message.length * 4), port, address),
  )
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, stop: () => socket.close() }
}

/** One client after the other, at a pace that rises and falls, until the end. @param {number} port @param {number} most a second */
async function visitors(port, most) {
  while (performance.now() < END) {
    const wave = 0.6 + 0.4 * Math.sin(performance.now() / 24_000)
    void session(port)
    await pass(1000 / (most * wave * (0.7 + randomInt(60) / 100)))
  }
}

/** A client that asks a few times and leaves. @param {number} port */
async function session(port) {
  const socket = connect(port, '127.0.0.1').on('error', () => socket.destroy())
  socket.resume()
  for (let questions = randomInt(2, 12); questions > 0 && !socket.destroyed; questions--) {
    socket.write(Buffer.alloc(randomInt(200, 2000)))
    await pass(randomInt(200, 900))
  }
  socket.end().destroySoon()
}

/** Players that come and go. @param {number} port */
async function players(port) {
  while (performance.now() < END) {
    const socket = createSocket('udp4').on('error', () => undefined)
    void (async () => {
      for (let steps = randomInt(40, 240); steps > 0; steps--) {
        socket.send(Buffer.alloc(randomInt(40, 120)), port, '127.0.0.1')
        await pass(100)
      }
      socket.close()
    })()
    await pass(randomInt(300, 1500))
  }
}

const postgres = [await answer(), await answer(), await answer(), await answer()]
const game = [await reply(), await reply()]
const directory = await mkdtemp(join(tmpdir(), 'evenkeel-screenshots-'))
const [tokenFile, configFile] = [join(directory, 'token'), join(directory, 'evenkeel.json')]
await writeFile(tokenFile, TOKEN, { mode: 0o600 })
const names = ['db1', 'db2', 'db3', 'db-spare']
await writeFile(
  configFile,
  JSON.stringify({
    admin: { address: '127.0.0.1:0', tokenFile },
    log: { format: 'json' },
    services: {
      postgres: {
        listen: ['tcp://127.0.0.1:0'],
        balance: 'least-connections',
        backends: postgres.map(({ port }, index) => ({
          name: names[index],
          address: `127.0.0.1:${port}`,
          ...(index === 0 ? { weight: 2 } : {}),
          ...(index === 3 ? { backup: true } : {}),
        })),
      },
      game: {
        listen: ['udp://127.0.0.1:0'],
        balance: 'ip-hash',
        backends: game.map(({ port }, index) => ({
          name: `arena-${index + 1}`,
          address: `127.0.0.1:${port}`,
        })),
        probe: { kind: 'udp', send: 'ping' },
      },
    },
  }),
)

const evenkeel = spawn(process.execPath, [BIN, '--config', configFile], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
/** @type {Record<string, number>} */
const ports = {}
let url = ''
for await (const line of createInterface({ input: evenkeel.stdout })) {
  const { event, action, address, service, port } = JSON.parse(line)
  if (event === 'listening') ports[service] = port
  if (event === 'admin' && action === 'listening') url = `http://${address}/`
  if (event === 'ready') break
}
evenkeel.stdout.resume()
console.log(`${url} runs for ${MINUTES} minutes`)

const traffic = Promise.all([visitors(ports['postgres'] ?? 0, 24), players(ports['game'] ?? 0)])
// db2 has a bad minute early on, and goes for good before the end.
const life = (END - performance.now()) / 1000
await pass(life * 300)
postgres[1]?.stop()
await pass(Math.min(20_000, life * 100))
const again = await answer(postgres[1]?.port)
await pass(Math.max(0, END - performance.now() - 30_000))
again.stop()
await fetch(`${url}api/v1/services/postgres/backends/db3`, {
  method: 'PATCH',
  headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ state: 'drain', for: '10m', then: 'kill' }),
}).then(async response => {
  if (!response.ok) throw new Error(await response.text())
})
await pass(Math.max(0, END - performance.now() - 8000))

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
await mkdir(OUT, { recursive: true })
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: 1360, height: 860 },
    deviceScaleFactor: 2,
  })
  await page.goto(url)
  await page.getByText('Live', { exact: true }).waitFor()
  await pass(2200)
  const path = new URL(`${colorScheme}.png`, OUT).pathname
  await page.screenshot({ path })
  console.log(path)
}
await browser.close()
await traffic
evenkeel.kill('SIGTERM')
evenkeel.kill('SIGTERM')
await once(evenkeel, 'exit')
for (const { stop } of [...postgres, ...game]) stop()
await rm(directory, { recursive: true })
process.exit(0)
