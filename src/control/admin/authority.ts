import { createHash, timingSafeEqual } from 'node:crypto'
import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** Who may change something: whoever has the secret, or nobody, and what to do about that. */
export type Authority =
  { readonly kind: 'secret'; readonly secret: string } | { readonly kind: 'nobody'; readonly reason: string }

const BEARER = /^Bearer +(?<secret>\S+) *$/i

/** The refusal of a change by its Authorization header, or undefined. How long it takes tells nothing of the secret. */
export function unauthorized(header: string | undefined, authority: Authority): Answer | undefined {
  if (authority.kind === 'nobody') return problem(403, `changes are not possible: ${authority.reason}`)
  const given = BEARER.exec(header ?? '')?.groups?.['secret']
  if (given !== undefined && timingSafeEqual(digest(given), digest(authority.secret))) return undefined
  const detail =
    given === undefined ? 'a change needs the token: Authorization: Bearer TOKEN' : 'the token is wrong'
  const refused = problem(401, detail)
  return { ...refused, headers: { ...refused.headers, 'WWW-Authenticate': 'Bearer' } }
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
