import type { BackendChange, NewBackend } from '../api/changes.js'
import type {
  BackendView,
  ExplanationView,
  HistoryView,
  JournalEntry,
  LiveView,
  ReloadView,
  ServiceView,
} from '../api/views.js'
import type { Millis } from '../clock.js'
import { AdminRequests, type AdminOptions } from './admin-requests.js'

/** The live stream speaks each second: longer silence means that nobody is there. */
const LIVE_PATIENCE: Millis = 5000
/** The events come when they come; the system's keepalive tells when nobody is there. */
const EVENTS_PATIENCE: Millis = 365 * 86_400_000

/** What the live stream tells. */
export type LiveMessage =
  | { readonly kind: 'services'; readonly view: LiveView }
  | { readonly kind: 'entry'; readonly entry: JournalEntry }

/** An answer as it came, and what it says. */
export interface Answered<T> {
  readonly view: T
  readonly text: string
}

/** The admin API of a running process. Every call may reject with an AdminError, whose message is for the user. */
export class AdminClient {
  readonly #requests: AdminRequests

  constructor(options: AdminOptions) {
    this.#requests = new AdminRequests(options)
  }

  async services(): Promise<Answered<readonly ServiceView[]>> {
    const text = await this.#requests.read('/services')
    return { view: this.#requests.parse<{ services: ServiceView[] }>(text).services, text }
  }

  /** @param query `service` may be left out when there is one; `client` is an address, with a port or without */
  async explain(query: {
    readonly service?: string
    readonly client: string
  }): Promise<Answered<ExplanationView>> {
    const text = await this.#requests.read(`/explain?${new URLSearchParams(query).toString()}`)
    return { view: this.#requests.parse(text), text }
  }

  /** The last `limit` entries, oldest first. @param query `since` is a duration before now, or an ISO time */
  async journal(query: {
    readonly since?: string
    readonly limit: number
  }): Promise<readonly JournalEntry[]> {
    const parameters = new URLSearchParams({ ...query, limit: String(query.limit) })
    const text = await this.#requests.read(`/journal?${parameters.toString()}`)
    return this.#requests.parse<{ entries: JournalEntry[] }>(text).entries.slice(-query.limit)
  }

  async history(): Promise<HistoryView> {
    return this.#requests.parse(await this.#requests.read('/history'))
  }

  /** The events after the one with this id, or from now on; ends when the connection does. */
  async *events(after: number | undefined, signal: AbortSignal): AsyncGenerator<JournalEntry, void, void> {
    const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': String(after) }
    for await (const { data } of this.#requests.stream('/events', headers, EVENTS_PATIENCE, signal)) {
      yield this.#requests.parse<JournalEntry>(data)
    }
  }

  /** What there is, each second, and the events from now on; ends when the connection does. */
  async *live(signal: AbortSignal): AsyncGenerator<LiveMessage, void, void> {
    for await (const { event, data } of this.#requests.stream('/live', {}, LIVE_PATIENCE, signal)) {
      if (event === 'services') yield { kind: 'services', view: this.#requests.parse(data) }
      if (event === 'entry') yield { kind: 'entry', entry: this.#requests.parse(data) }
    }
  }

  async addBackend(service: string, backend: NewBackend): Promise<BackendView> {
    return this.#requests.parse(await this.#requests.change('POST', backendPath(service), backend))
  }

  async changeBackend(service: string, backend: string, change: BackendChange): Promise<BackendView> {
    return this.#requests.parse(await this.#requests.change('PATCH', backendPath(service, backend), change))
  }

  /** Its sessions live on. */
  async removeBackend(service: string, backend: string): Promise<void> {
    await this.#requests.change('DELETE', backendPath(service, backend))
  }

  async killSessions(service: string, backend: string): Promise<void> {
    await this.#requests.change('POST', `${backendPath(service, backend)}/kill-sessions`)
  }

  async reload(): Promise<ReloadView> {
    return this.#requests.parse(await this.#requests.change('POST', '/reload'))
  }

  /** Rejects when there is no token to make changes with. */
  async checkToken(): Promise<void> {
    await this.#requests.token()
  }
}

function backendPath(service: string, backend?: string): string {
  const backends = `/services/${encodeURIComponent(service)}/backends`
  return backend === undefined ? backends : `${backends}/${encodeURIComponent(backend)}`
}
