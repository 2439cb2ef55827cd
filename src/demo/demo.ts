import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { App } from '../app/app.js'
import { systemClock, systemRandom, wallTime } from '../clock.js'
import { parseFlags } from '../config/flags.js'
import { onThreads } from '../app/datapaths.js'
import { openJournal } from '../app/open-journal.js'
import { resolveServices } from '../app/resolve.js'
import { StartError } from '../app/start-error.js'
import { thisHost } from '../app/open-app.js'
import { nodeVersion, packageVersion } from '../version.js'
import { startGameBackend, startWebBackend, type DemoBackend } from './backends.js'
import { DemoEvents } from './events.js'
import { tour } from './tour.js'

const HOST = '127.0.0.1'
const WEB_PORT = 8080
const GAME_PORT = 8081
const ADMIN_PORT = 7070

/** Where the demo shows itself and what it listens to. */
export interface DemoStage {
  print(text: string): void
  /** Lines typed here stop and start backends. */
  readonly keys: Readable
}

/** A running demo. */
export interface Demo {
  stop(): Promise<void>
}

/**
 * Starts backends and a balancer in this process, shows a failover, and goes on until it is stopped. Takes free ports
 * where its own are taken.
 */
export async function runDemo(stage: DemoStage): Promise<Demo> {
  const print = (line: string): void => stage.print(`${line}\n`)
  const web = await Promise.all(['alpha', 'beta', 'gamma'].map(startWebBackend))
  const game = await Promise.all(['north', 'south'].map(startGameBackend))
  const events = new DemoEvents(print)
  const app = await startApp(web, game, events)
  const ports = {
    web: portOf(app, 'web'),
    game: portOf(app, 'game'),
    admin: app.adminAddress?.kind === 'inet' ? app.adminAddress.port : ADMIN_PORT,
  }
  print(introduction(ports))
  await tour({
    host: HOST,
    web: ports.web,
    game: ports.game,
    events,
    webBackends: web,
    gameBackends: game,
    print,
  })
  print(
    `\nNow it is yours. Type a name (${[...web, ...game].map(({ name }) => name).join(', ')}) and Enter to`,
  )
  print('stop or start that backend, and Ctrl-C to end.\n')
  const lines = listen(stage.keys, [...web, ...game], print)
  return {
    async stop() {
      lines.close()
      stage.keys.destroy()
      await app.stop()
      await Promise.all([...web, ...game].filter(({ isRunning }) => isRunning).map(backend => backend.stop()))
    },
  }
}

async function startApp(
  web: readonly DemoBackend[],
  game: readonly DemoBackend[],
  events: DemoEvents,
): Promise<App> {
  const preferred = await createApp([WEB_PORT, GAME_PORT, ADMIN_PORT], web, game, events)
  try {
    await preferred.start()
    return preferred
  } catch (error) {
    if (!(error instanceof StartError)) throw error
  }
  const app = await createApp([0, 0, 0], web, game, events)
  await app.start()
  return app
}

async function createApp(
  [webPort, gamePort, adminPort]: readonly [number, number, number],
  web: readonly DemoBackend[],
  game: readonly DemoBackend[],
  observer: DemoEvents,
): Promise<App> {
  const shared = { probeInterval: '500ms', probeTimeout: '250ms', drainTimeout: '100ms' }
  const webConfig = parseFlags({
    ...shared,
    name: 'web',
    listen: [`tcp://${HOST}:${webPort}`],
    backend: web.map(({ name, port }) => `${HOST}:${port},name=${name}`),
    admin: `${HOST}:${adminPort}`,
  })
  const gameConfig = parseFlags({
    ...shared,
    name: 'game',
    listen: [`udp://${HOST}:${gamePort}`],
    backend: game.map(({ name, port }) => `${HOST}:${port},name=${name}`),
    probe: 'udp,send=ping',
    balance: 'ip-hash',
  })
  const config = { ...webConfig, services: [...webConfig.services, ...gameConfig.services] }
  const { services, workers, descriptors } = await resolveServices(config, await thisHost())
  const ignore = (): void => undefined
  return new App(config, services, {
    clock: systemClock,
    random: systemRandom,
    wallTime,
    observer,
    journal: await openJournal(undefined, '', ignore),
    setLogLevel: ignore,
    source: { name: 'demo', load: () => Promise.resolve(config) },
    host: thisHost,
    linesDropped: () => 0,
    version: packageVersion,
    node: nodeVersion,
    descriptors,
    createDataPath: onThreads(workers),
    workers,
  })
}

function portOf(app: App, service: string): number {
  return app.listeners.find(fact => fact.service === service)?.port ?? 0
}

function introduction({ web, game, admin }: { web: number; game: number; admin: number }): string {
  return `evenkeel demo: five small backends and one balancer, all in this process.

  TCP ${HOST}:${web}  round-robin over alpha, beta and gamma
  UDP ${HOST}:${game}  ip-hash over north and south

Try it from another terminal:
  curl http://${HOST}:${web}/
  echo hello | nc -u -w 1 ${HOST} ${game}
  curl http://${HOST}:${admin}/api/v1/services
  curl http://${HOST}:${admin}/metrics

A short tour:`
}

function listen(
  keys: Readable,
  backends: readonly DemoBackend[],
  print: (line: string) => void,
): { close(): void } {
  const lines = createInterface({ input: keys })
  lines.on('line', line => {
    const backend = backends.find(({ name }) => name === line.trim())
    if (backend === undefined) {
      print(`  there is no backend ${JSON.stringify(line.trim())}`)
      return
    }
    print(`  ${backend.isRunning ? 'stopping' : 'starting'}  ${backend.name}`)
    const change = backend.isRunning ? backend.stop() : backend.start()
    change.catch((error: unknown) => print(`  ${backend.name}: ${String(error)}`))
  })
  return lines
}
