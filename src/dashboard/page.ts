import type { BackendChange } from '../api/changes.js'
import type { BackendView } from '../api/views.js'
import type { Clock, Millis } from '../clock.js'
import { reloadWords } from './model/reload-words.js'
import { Store, type Shown } from './model/store.js'
import { Changes, type Outcome } from './server/changes.js'
import { LiveStream } from './server/live-stream.js'
import { readHistory, readJournal } from './server/reads.js'
import { TokenDesk, type TokenQuestion } from './server/token-desk.js'
import type { AppProps } from './ui/app.js'
import type { Notice } from './ui/notices.js'
import type { Opened } from './ui/opened.js'

/** Good news goes by itself. */
const NOTICE: Millis = 8000

/** What stands behind the page: what is known, what is open, and what an operator does. */
export class Page {
  readonly #clock: Clock
  readonly #render: (props: AppProps) => void
  readonly #store: Store
  readonly #changes: Changes
  #shown: Shown
  #opened: Opened | undefined
  #question: TokenQuestion | undefined
  #notices: readonly Notice[] = []
  #lastNotice = 0

  constructor(clock: Clock, render: (props: AppProps) => void) {
    this.#clock = clock
    this.#render = render
    this.#store = new Store(clock, shown => {
      this.#shown = shown
      this.#draw()
    })
    this.#shown = this.#store.shown
    this.#changes = new Changes(
      new TokenDesk(question => {
        this.#question = question
        this.#draw()
      }),
    )
  }

  start(): void {
    const store = this.#store
    const stream = new LiveStream('api/v1/live', this.#clock, {
      opened: () => {
        store.opened()
        void Promise.all([readHistory(), readJournal()]).then(([history, journal]) =>
          store.remembered(history, journal),
        )
      },
      lost: () => store.connected('lost'),
      live: view => store.live(view),
      entry: entry => store.entry(entry),
    })
    stream.open()
    this.#draw()
  }

  readonly #operate = {
    open: (service: string, backend: string, state: Opened['state']): void =>
      this.#show({ service, backend, state }),
    ready: (service: string, backend: string): void => {
      void this.#change(service, backend, { state: 'ready' }).then(outcome => this.#tellFailure(outcome))
    },
  }

  readonly #actions = {
    change: (service: string, backend: string, change: BackendChange) =>
      this.#change(service, backend, change),
    kill: async (service: string, backend: string): Promise<Outcome<undefined>> => {
      const outcome = await this.#changes.killSessions(service, backend)
      if (outcome.kind === 'done') this.#tell('done', `The sessions of ${backend} were killed.`)
      return outcome
    },
  }

  #draw(): void {
    this.#render({
      shown: this.#shown,
      history: this.#store.history,
      opened: this.#opened,
      question: this.#question,
      notices: this.#notices,
      operate: this.#operate,
      actions: this.#actions,
      close: () => this.#show(undefined),
      reload: () => void this.#reload(),
      dismiss: id => this.#dismiss(id),
    })
  }

  async #change(service: string, backend: string, change: BackendChange): Promise<Outcome<BackendView>> {
    const outcome = await this.#changes.changeBackend(service, backend, change)
    if (outcome.kind === 'done') {
      this.#store.changed(service, outcome.value)
      this.#tell('done', changeWords(backend, change))
    }
    return outcome
  }

  async #reload(): Promise<void> {
    const outcome = await this.#changes.reload()
    if (outcome.kind === 'done') this.#tell('done', reloadWords(outcome.value))
    this.#tellFailure(outcome)
  }

  #tellFailure(outcome: Outcome<unknown>): void {
    if (outcome.kind === 'refused') this.#tell('failed', outcome.words)
  }

  #tell(kind: Notice['kind'], words: string): void {
    const id = ++this.#lastNotice
    this.#notices = [...this.#notices, { id, kind, words }]
    if (kind === 'done') this.#clock.after(NOTICE, () => this.#dismiss(id))
    this.#draw()
  }

  #dismiss(id: number): void {
    this.#notices = this.#notices.filter(notice => notice.id !== id)
    this.#draw()
  }

  #show(opened: Opened | undefined): void {
    this.#opened = opened
    this.#draw()
  }
}

function changeWords(backend: string, { state, weight, for: duration }: BackendChange): string {
  if (state === undefined) return `${backend} has weight ${weight ?? ''} now.`
  const limit = duration === undefined ? '' : ` for ${duration}`
  switch (state) {
    case 'ready':
      return `${backend} is ready.`
    case 'drain':
      return `${backend} drains${limit}.`
    case 'maintenance':
      return `${backend} is in maintenance${limit}.`
  }
}
