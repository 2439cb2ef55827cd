import type { JournalEntry, LiveView } from '../../api/views.js'
import type { Clock, Millis, Timer } from '../../clock.js'

/** What comes of the stream. */
export interface LiveListener {
  /** It begins, for the first time or again. */
  opened(): void
  /** It ended or fell silent; another attempt follows by itself. */
  lost(): void
  live(view: LiveView): void
  entry(entry: JournalEntry): void
}

/** The server speaks each second: who says nothing for this long is not there. */
const SILENCE: Millis = 5000
const FIRST_RETRY: Millis = 500
const LONGEST_RETRY: Millis = 8000

/** The live stream, for as long as the page is open, however often it breaks. */
export class LiveStream {
  readonly #url: string
  readonly #clock: Clock
  readonly #listener: LiveListener
  #retry = FIRST_RETRY
  #source: EventSource | undefined
  #silence: Timer | undefined

  constructor(url: string, clock: Clock, listener: LiveListener) {
    this.#url = url
    this.#clock = clock
    this.#listener = listener
  }

  open(): void {
    const source = new EventSource(this.#url)
    this.#source = source
    this.#listen()
    // The first word says more than the headers, which somebody in between may have sent.
    let spoke = false
    source.addEventListener('services', ({ data }: MessageEvent<string>) => {
      this.#listen()
      this.#retry = FIRST_RETRY
      if (!spoke) this.#listener.opened()
      spoke = true
      this.#listener.live(JSON.parse(data) as LiveView)
    })
    source.addEventListener('entry', ({ data }: MessageEvent<string>) => {
      this.#listener.entry(JSON.parse(data) as JournalEntry)
    })
    // The browser would not try again after every error.
    source.addEventListener('error', () => this.#again())
  }

  #listen(): void {
    this.#silence?.cancel()
    this.#silence = this.#clock.after(SILENCE, () => this.#again())
  }

  #again(): void {
    this.#silence?.cancel()
    this.#source?.close()
    this.#listener.lost()
    this.#clock.after(this.#retry, () => this.open())
    this.#retry = Math.min(LONGEST_RETRY, this.#retry * 2)
  }
}
