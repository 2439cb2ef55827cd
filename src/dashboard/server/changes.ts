import type { BackendChange } from '../../api/changes.js'
import type { BackendView, ProblemView, ReloadView } from '../../api/views.js'
import type { TokenDesk } from './token-desk.js'

/** What came of a change. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'refused'; readonly words: string; readonly path: string | undefined }
  /** The operator gave no token. */
  | { readonly kind: 'given-up' }

/** What an operator can do from the page. No promise of it rejects. */
export class Changes {
  readonly #desk: TokenDesk

  constructor(desk: TokenDesk) {
    this.#desk = desk
  }

  changeBackend(service: string, backend: string, change: BackendChange): Promise<Outcome<BackendView>> {
    return this.#send('PATCH', pathOf(service, backend), change)
  }

  killSessions(service: string, backend: string): Promise<Outcome<undefined>> {
    return this.#send('POST', `${pathOf(service, backend)}/kill-sessions`)
  }

  reload(): Promise<Outcome<ReloadView>> {
    return this.#send('POST', 'api/v1/reload')
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<Outcome<T>> {
    let token = await this.#desk.get()
    while (token !== undefined) {
      const answer = await ask<T>(method, path, token, body)
      if (answer.kind !== 'unauthorized') return answer
      token = await this.#desk.refused(token, answer.words)
    }
    return { kind: 'given-up' }
  }
}

type Answered<T> = Outcome<T> | { readonly kind: 'unauthorized'; readonly words: string }

async function ask<T>(method: string, path: string, token: string, body: unknown): Promise<Answered<T>> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  try {
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.ok) return { kind: 'done', value: (text === '' ? undefined : JSON.parse(text)) as T }
    const problem = problemIn(text)
    const words = problem?.detail ?? `the server answered ${response.status} ${response.statusText}`
    if (response.status === 401) return { kind: 'unauthorized', words }
    return { kind: 'refused', words, path: problem?.path }
  } catch (error) {
    return { kind: 'refused', words: `evenkeel could not be reached: ${String(error)}`, path: undefined }
  }
}

function problemIn(text: string): ProblemView | undefined {
  try {
    return JSON.parse(text) as ProblemView
  } catch {
    return undefined
  }
}

function pathOf(service: string, backend: string): string {
  return `api/v1/services/${encodeURIComponent(service)}/backends/${encodeURIComponent(backend)}`
}
