import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/** The largest request body. */
export const MOST_BODY = 64 * 1024

/** What was sent with a request. `gone` = the client left before it had sent all. */
export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' }

/** A request as far as its body is concerned. */
export type Incoming = Readable & { readonly headers: IncomingHttpHeaders }

/** Whether a request announces a body that is too large to be looked at. */
export function announcesTooMuch(request: Incoming): boolean {
  return Number(request.headers['content-length'] ?? 0) > MOST_BODY
}

/** Reads the body of a request; one that is too large is left unread from there on, and the request paused. */
export function readBody(request: Incoming): Promise<Body> {
  if (announcesTooMuch(request)) return Promise.resolve({ kind: 'too-large' })
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (body: Body): void => {
      request.off('data', take).off('end', end).off('close', leave)
      resolve(body)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      chunks.push(chunk)
      if (size <= MOST_BODY) return
      request.pause()
      settle({ kind: 'too-large' })
    }
    const end = (): void => settle({ kind: 'whole', bytes: Buffer.concat(chunks) })
    const leave = (): void => settle({ kind: 'gone' })
    request.on('data', take).on('end', end).on('close', leave)
  })
}
