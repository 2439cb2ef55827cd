import { deriveCaps, unboundCaps, type CapsWarning } from '../config/caps.js'
import type { BackendConfig, Config, HostPort, ServiceConfig } from '../config/config.js'
import { ConfigError } from '../config/config-error.js'
import { checkFamilies } from '../config/datapath-checks.js'
import { pathAt } from '../config/paths.js'
import { settleWorkers, type ThreadSupport } from '../config/workers.js'
import { resolveHost, type Address } from '../control/resolver.js'
import { readAddress } from '../core/address.js'
import type { Backend, Endpoint } from '../core/backend.js'
import type { Listener, Service } from '../core/service.js'

/** Services that are ready to be started, and the limits that had to be lowered for them. */
export interface Resolved {
  readonly services: readonly Service[]
  /** Data threads. */
  readonly workers: number
  /** Descriptors that all sessions together may have. */
  readonly descriptors: number
  readonly warnings: readonly (CapsWarning | WorkersWarning)[]
}

/** More data threads than the cores can ever use. */
export interface WorkersWarning {
  readonly flag: '--workers'
  /** Where the number was given. */
  readonly path: string
  readonly asked: number
  readonly cores: number
}

/** What the system and the runtime offer. */
export interface Host extends ThreadSupport {
  /** Descriptors that this process may have. */
  readonly fdLimit: number
}

/** How a host name becomes an address; rejects with an error that has a `code`. */
export type Resolve = (host: string) => Promise<Address>

/**
 * Looks up every host name and settles every limit of a configuration. Rejects with a ConfigError for a name that has
 * no address, for more data threads than the runtime can have, and for a listener whose clients the kernel could send to
 * no backend.
 */
export async function resolveServices(
  config: Config,
  host: Host,
  resolve: Resolve = resolveHost,
): Promise<Resolved> {
  const { workers, isMany } = settleWorkers(config.workers, host, config.paths.workers)
  const isKernel = config.datapath === 'kernel'
  const caps = isKernel ? unboundCaps(config.services) : deriveCaps(host.fdLimit, config.services, workers)
  const services = await Promise.all(
    config.services.map(async ({ given: _, paths, ...service }) => {
      const limits = caps.services.get(service.name)
      const [backends, listeners] = await Promise.all([
        Promise.all(service.backends.map(backend => resolveBackend(backend, resolve))),
        Promise.all(
          service.listeners.map((listener, index) =>
            resolveListener(listener, pathAt(paths, index), resolve),
          ),
        ),
      ])
      checkSource({ ...service, paths }, backends)
      if (isKernel) checkFamilies(listeners, backends, paths)
      return { ...service, ...limits, backends, listeners, maxConnections: limits?.maxConnections ?? 1 }
    }),
  )
  const tooMany = {
    flag: '--workers',
    path: config.paths.workers,
    asked: workers,
    cores: host.cores,
  } as const
  return {
    services,
    workers,
    descriptors: caps.descriptors,
    warnings: isMany ? [...caps.warnings, tooMany] : caps.warnings,
  }
}

/** A backend with a literal address; rejects with a ConfigError for a name that has none. */
export async function resolveBackend(
  { address, source, path, given: _, ...backend }: BackendConfig,
  resolve: Resolve = resolveHost,
): Promise<Backend> {
  const endpoint: Endpoint =
    address.kind === 'unix' ? address : { ...address, ...(await lookUp(path, source, address, resolve)) }
  return { ...backend, endpoint }
}

async function resolveListener(listener: Listener, path: string, resolve: Resolve): Promise<Listener> {
  if (listener.protocol === 'unix' || listener.host === '*') return listener
  const { host } = await lookUp(path, listener.url, listener, resolve)
  return { ...listener, host }
}

async function lookUp(
  path: string,
  given: string,
  { host }: Pick<HostPort, 'host'>,
  resolve: Resolve,
): Promise<Address> {
  try {
    return await resolve(host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(path, given, `host ${host} has no address (${code ?? String(error)})`)
  }
}

/** A local address can only be used towards its own family. */
export function checkSource(
  { sendSource, name, paths }: Pick<ServiceConfig, 'sendSource' | 'name' | 'paths'>,
  backends: readonly Backend[],
): void {
  if (sendSource === undefined) return
  const family = readAddress(sendSource, new Uint8Array(16)) === 4 ? 4 : 6
  const stranger = backends.find(({ endpoint }) => endpoint.kind === 'inet' && endpoint.family !== family)
  if (stranger === undefined) return
  throw new ConfigError(
    paths.sendSource,
    sendSource,
    `backend ${stranger.name} of ${name} is not IPv${family}`,
  )
}
