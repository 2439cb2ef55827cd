import type { HistoryView } from '../../api/views.js'
import { json, problem, text } from './answer.js'
import type { Answer } from './answer.js'
import { readClient, readCount, readSince } from './query.js'
import type { Call, Respond } from './reply.js'
import type { AdminSource } from './source.js'

/** Entries of the journal in one answer; this is also how many are remembered. */
const MOST_ENTRIES = 10_000

/** `GET /` */
export const page: Respond = ({ page }) => page()

/** `GET /healthz` */
export const healthz: Respond = () => text(200, 'ok')

/** `GET /readyz` */
export const readyz: Respond = ({ source }) => {
  const notReady = source.notReady()
  if (notReady.length === 0) return text(200, 'ready')
  return problem(503, `no eligible backend: ${notReady.join(', ')}`, { services: notReady })
}

/** `GET /metrics` */
export const metrics: Respond = async ({ source }) => {
  const { contentType, body } = await source.metrics()
  return text(200, body, contentType)
}

/** `GET services` */
export const services: Respond = async ({ source }) => json(200, { services: await source.services() })

/** `GET services/:service` */
export const service: Respond = async ({ source }, { parameters: [name = ''] }) => {
  const detail = await source.service(name)
  return detail === undefined ? noService(name) : json(200, detail)
}

/** `GET explain?service=&client=`: the service may be left out when there is one. */
export const explain: Respond = async ({ source }, { query }) => {
  const client = readClient(query.get('client') ?? '')
  if (client === undefined) return wrongValue('client', query, 'an address: IP, IP:PORT or [IPv6]:PORT')
  const name = query.get('service') ?? (await onlyService(source))
  if (name === undefined) return wrongValue('service', query, 'the name of a service')
  const explanation = await source.explain(name, client)
  return explanation === undefined ? noService(name) : json(200, explanation)
}

/** `GET journal?since=&limit=`: the newest entries that fit the limit, oldest first. */
export const journal: Respond = ({ source, wallTime }, { query }) => {
  const since = readSince(query.get('since') ?? '1970-01-01', wallTime())
  if (since === undefined) return wrongValue('since', query, 'a duration such as 1h, or an ISO time')
  const limit = readCount(query.get('limit') ?? String(MOST_ENTRIES), 1, MOST_ENTRIES)
  if (limit === undefined) return wrongValue('limit', query, `a number from 1 to ${MOST_ENTRIES}`)
  return json(200, { entries: source.journal.since(since).slice(-limit) })
}

/** A history is long and changes every few seconds: what was written of it serves as long as it stays. */
const histories = new WeakMap<HistoryView, Answer>()

/** `GET history` */
export const history: Respond = ({ source }) => {
  const view = source.history()
  const written = histories.get(view) ?? json(200, view)
  histories.set(view, written)
  return written
}

async function onlyService(source: AdminSource): Promise<string | undefined> {
  const [only, second] = await source.services()
  return second === undefined ? only?.name : undefined
}

function noService(name: string): Answer {
  return problem(404, `there is no service ${name}`)
}

/** The refusal of a value in the query, or of its absence. */
export function wrongValue(path: string, query: Call['query'], wanted: string): Answer {
  const given = query.get(path)
  return problem(
    422,
    `${path}${given === null ? ' is missing' : ` ${JSON.stringify(given)}`}: not ${wanted}`,
    { path },
  )
}
