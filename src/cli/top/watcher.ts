import type { AdminClient } from '../../admin-client/admin-client.js'
import { AdminError } from '../../admin-client/admin-error.js'
import { reconnecting } from '../../admin-client/reconnect.js'
import type { Clock, Millis } from '../../clock.js'
import type { Effect } from './keys.js'
import { pastTraffic } from './traffic.js'
import { settle, withEntry, withNotice, withServices, type TopState } from './top-state.js'

/** From the end of a connection to the next try. */
const PAUSE: Millis = 1000
/** Events of the time before, for a start. */
const PAST_EVENTS = 50

/** What of the admin API is needed to watch a process and to change it. */
export type WatchedProcess = Pick<
  AdminClient,
  'services' | 'history' | 'journal' | 'live' | 'checkToken' | 'changeBackend' | 'killSessions'
>

/** Changes the state; it is shown soon. */
export type Update = (change: (state: TopState) => TopState) => void

/** What the process tells of the time before now. Rejects with an AdminError when it cannot be asked. */
export async function firstLook(client: WatchedProcess, state: TopState, now: Millis): Promise<TopState> {
  const [services, history, entries, readOnly] = await Promise.all([
    client.services(),
    client.history(),
    client.journal({ limit: PAST_EVENTS }),
    client.checkToken().then(() => undefined, messageOf),
  ])
  return settle({
    ...state,
    now,
    readOnly,
    services: services.view,
    traffic: pastTraffic(history),
    entries,
    connection: { since: now },
  })
}

/** Keeps the state up to date until the signal is aborted. What is lost with a connection is made up for. */
export async function watch(
  client: WatchedProcess,
  update: Update,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let wasLost = false
  for await (const followed of reconnecting(() => client.live(signal), { clock, signal, pause: PAUSE })) {
    if (followed.kind === 'lost') {
      wasLost = true
      const { code } = followed.error
      update(state => ({ ...state, connection: { lost: code ?? 'ended' } }))
      continue
    }
    const { message } = followed
    update(state =>
      message.kind === 'services' ? withServices(state, message.view) : withEntry(state, message.entry),
    )
    if (wasLost) await catchUp(client, update)
    wasLost = false
  }
}

/** Carries out what a key asked for, and says what came of it. */
export async function carryOut(client: WatchedProcess, effect: Effect, update: Update): Promise<void> {
  if (effect.kind === 'quit') return
  const { service, backend } = effect.row
  const name = `${service.name}/${backend.name}`
  const say = (text: string, style: 'good' | 'bad'): void => update(state => withNotice(state, text, style))
  try {
    if (effect.kind === 'kill') {
      await client.killSessions(service.name, backend.name)
      say(`the sessions of ${name} were ended`, 'good')
    } else {
      const changed = await client.changeBackend(service.name, backend.name, effect.change)
      say(`${name} is in ${changed.state}`, 'good')
    }
  } catch (error) {
    say(messageOf(error), 'bad')
  }
}

async function catchUp(client: WatchedProcess, update: Update): Promise<void> {
  try {
    const entries = await client.journal({ limit: PAST_EVENTS })
    update(state => entries.reduce(withEntry, state))
  } catch (error) {
    // The stream tells when the connection is lost again.
    update(state => withNotice(state, messageOf(error), 'bad'))
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AdminError) return error.message
  throw error
}
