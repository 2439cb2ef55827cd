import type { BackendView } from '../api/views.js'
import type { Millis } from '../clock.js'
import { count } from './amounts.js'
import { deadlineWords, troubleWords, weightWords } from './backend-state.js'
import { printable } from './terminal-text.js'

/** How a backend is now, in one line: `postgres/db1: drain (sessions end in 10m), up, weight 1, 12 sessions`. */
export function backendSentence(service: string, backend: BackendView, now: Millis): string {
  const deadline = deadlineWords(backend, now)
  const trouble = troubleWords(backend)
  const facts = [
    backend.state + (deadline === undefined ? '' : ` (${deadline})`),
    backend.health + (trouble === undefined ? '' : ` (${trouble})`),
    ...(backend.backup ? ['backup'] : []),
    `weight ${weightWords(backend)}`,
    count(backend.sessionsActive, 'session'),
  ]
  return `${printable(`${service}/${backend.name}`)}: ${facts.join(', ')}`
}
