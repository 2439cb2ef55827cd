import type { DemoBackend } from './backends.js'
import { Player, request } from './client.js'
import type { DemoEvents } from './events.js'

const REQUESTS = 6
/** How long a player waits for an answer before it sends again. */
const PATIENCE = 500
/** A player that is not answered this often gives up. */
const TRIES = 10

export interface TourStops {
  readonly host: string
  readonly web: number
  readonly game: number
  readonly events: DemoEvents
  readonly webBackends: readonly DemoBackend[]
  readonly gameBackends: readonly DemoBackend[]
  print(line: string): void
}

/** Shows, in a few seconds, what happens to clients when a backend of each kind stops and comes back. */
export async function tour(stops: TourStops): Promise<void> {
  await tourWeb(stops)
  await tourGame(stops)
}

async function tourWeb({ host, web, events, webBackends, print }: TourStops): Promise<void> {
  const [, victim] = webBackends
  if (victim === undefined) return
  print(`  requests  ${await askAround(host, web)}`)
  const down = events.reaches(victim.name, 'down')
  print(`  stopping  ${victim.name}`)
  await victim.stop()
  print(`  requests  ${await askAround(host, web)}`)
  await down
  const up = events.reaches(victim.name, 'up')
  print(`  starting  ${victim.name}`)
  await victim.start()
  await up
  print(`  requests  ${await askAround(host, web)}`)
}

async function tourGame({ host, game, gameBackends, print }: TourStops): Promise<void> {
  const player = new Player()
  await player.join(host, game)
  const first = await saySomething(player, 'hello')
  print(`  player    ${first}`)
  print(`  player    ${await saySomething(player, 'still here?')}`)
  const home = gameBackends.find(({ name }) => first.startsWith(name))
  print(`  stopping  ${home?.name ?? ''}`)
  await home?.stop()
  print(`  player    ${await saySomething(player, 'and now?')}`)
  print(`  starting  ${home?.name ?? ''}`)
  await home?.start()
  player.leave()
}

async function askAround(host: string, port: number): Promise<string> {
  const names: string[] = []
  for (let count = 0; count < REQUESTS; count++) {
    names.push((await request(host, port)).replace('hello from ', ''))
  }
  return names.join(' ')
}

/** Datagrams may be lost, so a player repeats itself. */
async function saySomething(player: Player, text: string): Promise<string> {
  for (let tries = 1; tries < TRIES; tries++) {
    try {
      return await player.say(text, AbortSignal.timeout(PATIENCE))
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error
    }
  }
  return `no answer to "${text}"`
}
