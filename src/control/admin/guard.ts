import { readAddress } from '../../core/address.js'
import type { AdminAddress } from './address.js'
import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** What a request says of where it comes from; undefined = the header is missing. */
export interface Provenance {
  readonly host: string | undefined
  readonly origin: string | undefined
}

/**
 * The refusal of a request that a web page of somebody else may have made, or undefined. A foreign page gives itself away
 * by its origin; one whose own name was made to resolve to us (DNS rebinding), by the name in Host.
 */
export function refusal({ host, origin }: Provenance, bound: AdminAddress): Answer | undefined {
  if (bound.kind === 'inet' && host !== undefined && !isOurs(host, bound.host)) {
    return problem(403, `the Host ${host} is neither the bound address nor localhost nor an IP address`)
  }
  if (origin === undefined) return undefined
  const own =
    bound.kind === 'inet' && host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`
  return own ? undefined : problem(403, `requests from the origin ${origin} are not allowed`)
}

const HOST = /^(?:\[(?<literal>[0-9a-f:.]+)\]|(?<name>[^:[\]]+))(?::\d{1,5})?$/i

function isOurs(header: string, bound: string): boolean {
  const { literal, name } = HOST.exec(header)?.groups ?? {}
  if (literal !== undefined) return literal.includes(':') && isLiteral(literal)
  if (name === undefined) return false
  return isLiteral(name) || [bound.toLowerCase(), 'localhost'].includes(name.toLowerCase())
}

function isLiteral(host: string): boolean {
  return readAddress(host, new Uint8Array(16)) > 0
}
