import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../../core/backend.js'

/** The endpoint with the port of the probe, if the probe has one; a unix socket has no port and stays. */
export function withPort(target: Endpoint, port: number | undefined): Endpoint {
  return port === undefined || target.kind === 'unix' ? target : { ...target, port }
}

/** Connects to a literal endpoint. The socket belongs to the caller, who listens for its errors and destroys it. */
export function dial(target: Endpoint): Socket {
  if (target.kind === 'unix') return connect({ path: target.path })
  const { host, port, family } = target
  return connect({ host, port, family, autoSelectFamily: false, noDelay: true })
}
