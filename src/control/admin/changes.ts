import { json, problem } from './answer.js'
import type { Answer } from './answer.js'
import { readFields } from './change-body.js'
import type { Call, Respond } from './reply.js'
import { ChangeRefused } from './source.js'
import type { Changes } from './source.js'

const STATUS: Readonly<Record<ChangeRefused['kind'], number>> = { unknown: 404, invalid: 422, conflict: 409 }

/** `POST services/:service/backends` */
export const addBackend = change(async (changes, { parameters: [service = ''], body }) => {
  const read = readFields(body)
  return 'status' in read ? read : json(201, await changes.addBackend(service, read.fields))
})

/** `PATCH services/:service/backends/:backend` */
export const changeBackend = change(async (changes, { parameters: [service = '', backend = ''], body }) => {
  const read = readFields(body)
  return 'status' in read ? read : json(200, await changes.changeBackend(service, backend, read.fields))
})

/** `DELETE services/:service/backends/:backend` */
export const removeBackend = change(async (changes, { parameters: [service = '', backend = ''] }) => {
  await changes.removeBackend(service, backend)
  return NOTHING
})

/** `POST services/:service/backends/:backend/kill-sessions` */
export const killSessions = change(async (changes, { parameters: [service = '', backend = ''] }) => {
  await changes.killSessions(service, backend)
  return NOTHING
})

/** `POST reload` */
export const reload = change(async changes => json(200, await changes.reload()))

const NOTHING: Answer = { status: 204, headers: {}, body: '' }

function change(make: (changes: Changes, call: Call) => Promise<Answer>): Respond {
  return async ({ source }, call) => {
    try {
      return await make(source.changes, call)
    } catch (error) {
      if (!(error instanceof ChangeRefused)) throw error
      const { kind, message, path } = error
      return problem(STATUS[kind], message, path === undefined ? {} : { path })
    }
  }
}
