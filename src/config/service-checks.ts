import type { Listener } from '../core/service.js'
import { formatAddress } from './address.js'
import type { BackendConfig, ServiceConfig } from './config.js'
import { ConfigError } from './config-error.js'
import { wrong, type Settings } from './given.js'
import { literalFamily } from './host.js'
import { formatListener } from './listener.js'
import { pathAt } from './paths.js'

/** Checks what no value shows by itself; throws a {@link ConfigError} that names the value to change. */
export function checkService(service: ServiceConfig, settings: Settings): void {
  checkListeners([service])
  checkNames(service.backends)
  for (const backend of service.backends) {
    if (backend.address.kind === 'unix') checkUnixBackend(backend, service, settings)
    else checkFamily(backend.address.host, backend.source, service)
  }
}

/** Checks that no two listeners of these services are in one place; throws a {@link ConfigError} for the second. */
export function checkListeners(services: readonly Pick<ServiceConfig, 'listeners' | 'paths'>[]): void {
  const seen = new Map<string, string>()
  for (const { listeners, paths } of services) {
    for (const [index, listener] of listeners.entries()) {
      const place = formatListener(listener)
      const path = pathAt(paths, index)
      const other = isShared(listener) ? undefined : seen.get(place)
      if (other !== undefined) {
        throw new ConfigError(
          path,
          listener.url,
          other === path ? 'given twice' : `given twice (see ${other})`,
        )
      }
      seen.set(place, path)
    }
  }
}

function isShared(listener: Listener): boolean {
  return listener.protocol !== 'unix' && listener.port === 0
}

function checkNames(backends: readonly BackendConfig[]): void {
  const seen = new Set<string>()
  for (const { name, path, source } of backends) {
    if (seen.has(name)) {
      throw new ConfigError(path, source, `the name ${JSON.stringify(name)} is taken (give another name)`)
    }
    seen.add(name)
  }
}

function checkUnixBackend(backend: BackendConfig, service: ServiceConfig, { given }: Settings): void {
  const { path, source } = backend
  const udp = service.listeners.find(({ protocol }) => protocol === 'udp')
  if (udp) throw new ConfigError(path, source, `a unix socket cannot serve the udp listener ${udp.url}`)
  const kind = given.get('probe.kind')
  const port = given.get('probe.port')
  const address = formatAddress(backend.address)
  if (kind?.text === 'udp') throw wrong(kind, `cannot reach the backend ${address}`)
  if (port !== undefined) throw wrong(port, `the backend ${address} has no host for a port`)
}

function checkFamily(host: string, source: string, { sendSource, paths }: ServiceConfig): void {
  if (sendSource === undefined) return
  const target = literalFamily(host)
  const family = literalFamily(sendSource)
  if (target === undefined || target === family) return
  throw new ConfigError(
    paths.sendSource,
    sendSource,
    `IPv${family} cannot reach the IPv${target} backend ${source}`,
  )
}
