import type {
  BackendView,
  ExplanationView,
  HistoryView,
  JournalEntry,
  ReloadView,
  ServiceDetail,
  ServiceView,
} from '../../api/views.js'
import type { BackendName } from '../../core/backend.js'

/** What the admin server tells about. A rejection that is no {@link ChangeRefused} becomes a 500 and a warning. */
export interface AdminSource {
  services(): Promise<readonly ServiceView[]>
  /** undefined = there is no such service. */
  service(name: string): Promise<ServiceDetail | undefined>
  /** The names of the services that have no eligible backend. */
  notReady(): readonly string[]
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>
  /** `client` is a literal address; port 0 = any. undefined = there is no such service. */
  explain(
    service: string,
    client: { readonly address: string; readonly port: number },
  ): Promise<ExplanationView | undefined>
  history(): HistoryView
  readonly journal: JournalSource
  readonly changes: Changes
}

/** The events that are remembered. */
export interface JournalSource {
  /** The id of the last entry; 0 before the first. */
  readonly lastId: number
  /** The remembered entries with a higher id, oldest first; `most` = no more than this many of them. */
  after(id: number, most?: number): readonly JournalEntry[]
  /** The remembered entries from this time on (milliseconds since 1970), oldest first. */
  since(time: number): readonly JournalEntry[]
  /** Calls `listener` with each entry to come, until the returned function is called. */
  subscribe(listener: (entry: JournalEntry) => void): () => void
}

/** What an operator can change. Each takes effect before it resolves; each rejects with a {@link ChangeRefused}. */
export interface Changes {
  /** @param fields the parsed body: a backend as in a config file, see NewBackend */
  addBackend(service: string, fields: unknown): Promise<BackendView>
  /** @param change the parsed body: see BackendChange */
  changeBackend(service: string, backend: BackendName, change: unknown): Promise<BackendView>
  removeBackend(service: string, backend: BackendName): Promise<void>
  killSessions(service: string, backend: BackendName): Promise<void>
  reload(): Promise<ReloadView>
}

/** Why a change was refused: what it is about is unknown, its content is wrong, or it does not fit what is there. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused'

  /** @param path of the value that is wrong, within the body; undefined where it is not about one */
  constructor(
    readonly kind: 'unknown' | 'invalid' | 'conflict',
    message: string,
    readonly path?: string,
  ) {
    super(message)
  }
}
