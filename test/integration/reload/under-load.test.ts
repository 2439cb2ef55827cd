import t from 'tap'
import { ConfigFile, free, QUICK_PROBE } from '../../fixtures/config-file.js'
import { startEvenkeel, watchForLeaks, type Evenkeel } from '../../fixtures/evenkeel.js'
import { withoutSharedPorts } from '../../fixtures/faulty-threads.js'
import { echoed } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'
import { openUdpClients, type UdpClient } from '../../fixtures/udp-client.js'
import { startUdpBackend } from '../../fixtures/udp-backend.js'

const RELOADS = 20
const CONNECTIONS_PER_SECOND = 200
const DATAGRAMS_PER_SECOND = 500
const UDP_CLIENTS = 10
const TICK_MS = 20
const CONNECTIONS_PER_RELOAD = 20

for (const workers of [1, 2]) {
  const title = `${RELOADS} reloads under load lose nothing, ${workers} data threads`
  t.test(title, { skip: workers > 1 && withoutSharedPorts }, async t => {
    const [a, b] = await Promise.all([serveTcp(t, echo), serveTcp(t, echo)])
    const [x, y] = await Promise.all([startUdpBackend(t, echoDatagram), startUdpBackend(t, echoDatagram)])
    const contents = (round: number): Record<string, unknown> => ({
      workers,
      services: {
        web: {
          listen: [...free('tcp'), ...(round % 2 === 0 ? [] : ['tcp://localhost:0'])],
          backends: [
            { name: 'a', address: a.address, weight: 1 + (round % 3) },
            ...(round % 4 === 0 ? [] : [{ name: 'b', address: b.address }]),
          ],
          balance: round % 5 === 0 ? 'round-robin' : 'least-connections',
          probe: QUICK_PROBE,
        },
        game: {
          listen: free('udp'),
          backends: [
            { name: 'x', address: x.address },
            ...(round % 3 === 0 ? [] : [{ name: 'y', address: y.address }]),
          ],
          udpIdleTimeout: round % 2 === 0 ? '3s' : '2s',
        },
      },
    })
    const file = new ConfigFile(t, contents(1))
    const evenkeel = await startEvenkeel(t, ['--config', file.path])
    const tcp = evenkeel.ports[0] ?? 0
    const udp = portOf(evenkeel, 'game')
    const check = watchForLeaks(t, evenkeel)

    const load = new Load(tcp, udp, await openUdpClients(t, UDP_CLIENTS))
    load.start()
    for (let round = 2; round < 2 + RELOADS; round++) {
      const seen = evenkeel.events.length
      file.write(contents(round))
      evenkeel.signal('SIGHUP')
      await evenkeel.event('config-reloaded', event => evenkeel.events.indexOf(event) >= seen)
      await load.more(CONNECTIONS_PER_RELOAD)
    }
    await load.stop()

    t.ok(load.connections >= RELOADS * CONNECTIONS_PER_RELOAD, `${load.connections} connections`)
    t.same(load.failed, [], 'each was answered')
    t.ok(load.datagrams > RELOADS * CONNECTIONS_PER_RELOAD, `${load.datagrams} datagrams`)
    t.equal(load.answered, load.datagrams, 'each was answered')
    t.same(
      evenkeel.events.filter(({ event }) => event === 'config-rejected' || event === 'refused'),
      [],
    )
    await check()
  })
}

/** Connections and datagrams at a steady rate. */
class Load {
  connections = 0
  datagrams = 0
  readonly failed: string[] = []
  readonly #tcp: number
  readonly #udp: number
  readonly #clients: readonly UdpClient[]
  readonly #underWay = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined

  constructor(tcp: number, udp: number, clients: readonly UdpClient[]) {
    this.#tcp = tcp
    this.#udp = udp
    this.#clients = clients
  }

  get answered(): number {
    return this.#clients.reduce((sum, { replies }) => sum + replies.all.length, 0)
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (let n = 0; n < (CONNECTIONS_PER_SECOND * TICK_MS) / 1000; n++) this.#connect()
      for (let n = 0; n < (DATAGRAMS_PER_SECOND * TICK_MS) / 1000; n++) this.#send()
    }, TICK_MS)
  }

  /** Resolves when that many more connections were begun. */
  async more(connections: number): Promise<void> {
    const wanted = this.connections + connections
    while (this.connections < wanted) await new Promise(resolve => setTimeout(resolve, TICK_MS))
  }

  /** Resolves when all is answered, or was not. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#underWay)
    const deadline = performance.now() + 5000
    while (this.answered < this.datagrams && performance.now() < deadline) {
      await new Promise(resolve => setImmediate(resolve))
    }
  }

  #connect(): void {
    const text = `hello ${this.connections++}`
    const asked = echoed(this.#tcp, text).then(answer => {
      if (answer !== text) this.failed.push(answer)
      this.#underWay.delete(asked)
    })
    this.#underWay.add(asked)
  }

  #send(): void {
    const client = this.#clients[this.datagrams % this.#clients.length]
    if (client === undefined) return
    const sent = client.send(`datagram ${this.datagrams++}`, this.#udp).then(() => {
      this.#underWay.delete(sent)
    })
    this.#underWay.add(sent)
  }
}

function echoDatagram(datagram: Buffer): Buffer {
  return datagram
}

function portOf(evenkeel: Evenkeel, service: string): number {
  const event = evenkeel.events.find(each => each.event === 'listening' && each['service'] === service)
  return Number(event?.['port'])
}
