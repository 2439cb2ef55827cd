import type { Listener } from '../core/service.js'
import { formatAddress } from './address.js'
import { ConfigError } from './config-error.js'
import type { BackendConfig, ServiceConfig } from './config.js'
import { literalFamily } from './host.js'
import { formatListener } from './listener.js'

/** Checks what no value shows by itself; throws a {@link ConfigError} that names the value to change. */
export function checkService(service: ServiceConfig): void {
  checkListeners(service.listeners)
  checkNames(service.backends)
  for (const backend of service.backends) {
    if (backend.address.kind === 'unix') checkUnixBackend(backend, service)
    else checkFamily(backend.address.host, backend.source, service.sendSource)
  }
}

function checkListeners(listeners: readonly Listener[]): void {
  const seen = new Set<string>()
  for (const listener of listeners) {
    const place = formatListener(listener)
    const isShared = listener.protocol !== 'unix' && listener.port === 0
    if (seen.has(place) && !isShared) throw new ConfigError('--listen', listener.url, 'given twice')
    seen.add(place)
  }
}

function checkNames(backends: readonly BackendConfig[]): void {
  const seen = new Set<string>()
  for (const { name, source } of backends) {
    if (seen.has(name)) {
      throw new ConfigError(
        '--backend',
        source,
        `the name ${JSON.stringify(name)} is taken (set another with name=)`,
      )
    }
    seen.add(name)
  }
}

function checkUnixBackend({ address, source }: BackendConfig, { listeners, probe }: ServiceConfig): void {
  const udp = listeners.find(({ protocol }) => protocol === 'udp')
  if (udp)
    throw new ConfigError('--backend', source, `a unix socket cannot serve the udp listener ${udp.url}`)
  const { spec } = probe
  if (spec.kind === 'udp') {
    throw new ConfigError('--probe', probe.source, `udp cannot reach the backend ${formatAddress(address)}`)
  }
  if (spec.kind !== 'none' && spec.port !== undefined) {
    throw new ConfigError(
      '--probe',
      probe.source,
      `the backend ${formatAddress(address)} has no host for port=`,
    )
  }
}

function checkFamily(host: string, source: string, sendSource: string | undefined): void {
  if (sendSource === undefined) return
  const target = literalFamily(host)
  const family = literalFamily(sendSource)
  if (target === undefined || target === family) return
  throw new ConfigError(
    '--send-source',
    sendSource,
    `IPv${family} cannot reach the IPv${target} backend ${source}`,
  )
}
