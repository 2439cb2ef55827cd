import type { Expectation, Network, ProbePolicy, ProbeSpec } from '../core/service.js'
import { formatNetwork } from './access.js'
import { formatAddress } from './address.js'
import { formatBytes } from './bytes.js'
import type { AdminConfig, BackendConfig, Config, ServiceConfig } from './config.js'
import { formatDuration } from './duration.js'
import { formatListener } from './listener.js'
import { formatRate } from './rate.js'

/** A plain value that YAML and JSON can show. */
export type Plain =
  string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain | undefined }

/** The whole configuration in the shape of a config file, defaults included. A key that is not set is undefined. */
export function effectiveConfig(config: Config): Readonly<Record<string, Plain | undefined>> {
  return {
    admin: config.admin === undefined ? false : showAdmin(config.admin),
    workers: config.workers,
    datapath: config.datapath,
    log: { level: config.log.level, format: config.log.format },
    drainTimeout: formatDuration(config.drainTimeout),
    accessLog: config.accessLog,
    journal: config.journal,
    services: Object.fromEntries(config.services.map(service => [service.name, effectiveService(service)])),
  }
}

/** A service in the shape of a config file, defaults included. A key that is not set is undefined. */
export function effectiveService(service: ServiceConfig): Readonly<Record<string, Plain | undefined>> {
  return {
    listen: service.listeners.map(formatListener),
    backends: service.backends.map(effectiveBackend),
    balance: service.balance,
    probe: showProbe(service.probe),
    passive: service.passive,
    closeOn: service.closeOn.size === 0 ? ['none'] : [...service.closeOn],
    udpOnDown: service.udpOnDown,
    failbackDelay: formatDuration(service.failbackDelay),
    slowStart: formatDuration(service.slowStart),
    connectTimeout: formatDuration(service.connectTimeout),
    connectAttempts: service.connectAttempts,
    hold: formatDuration(service.hold),
    idleTimeout: formatDuration(service.idleTimeout),
    finTimeout: formatDuration(service.finTimeout),
    udpIdleTimeout: formatDuration(service.udpIdleTimeout),
    maxConnections: unlessBoundless(service.maxConnections),
    maxUdpSessions: unlessBoundless(service.maxUdpSessions),
    sendSource: service.sendSource,
    preserveSource: service.preserveSource,
    allow: showNetworks(service.access.allow),
    deny: showNetworks(service.access.deny),
    maxConnectionsPerClient: service.maxConnectionsPerClient,
    connectionRatePerClient: service.connectionRatePerClient && formatRate(service.connectionRatePerClient),
  }
}

/** No list is another thing than an empty one, which would let nobody in. */
function showNetworks(networks: readonly Network[]): Plain | undefined {
  return networks.length === 0 ? undefined : networks.map(formatNetwork)
}

function unlessBoundless(limit: number | undefined): number | undefined {
  return limit === Infinity ? undefined : limit
}

function showAdmin({ address, tokenFile }: AdminConfig): Plain {
  return { address: formatAddress(address), tokenFile }
}

/** A backend in the shape of a config file, defaults included. A key that is not set is undefined. */
export function effectiveBackend(backend: BackendConfig): Readonly<Record<string, Plain | undefined>> {
  return {
    address: formatAddress(backend.address),
    name: backend.name,
    weight: backend.weight,
    backup: backend.backup,
    maxConnections: backend.maxConnections,
    state: backend.state,
  }
}

function showProbe(probe: ProbePolicy): Plain {
  return {
    ...showSpec(probe.spec),
    interval: formatDuration(probe.interval),
    timeout: formatDuration(probe.timeout),
    rise: probe.rise,
    fall: probe.fall,
    fastInterval: formatDuration(probe.fastInterval),
    downInterval: formatDuration(probe.downInterval),
  }
}

function showSpec(spec: ProbeSpec): Readonly<Record<string, Plain | undefined>> {
  if (spec.kind !== 'tcp' && spec.kind !== 'udp') return spec
  const { kind, port, send, expect } = spec
  return {
    kind,
    port,
    send: send === undefined ? undefined : formatBytes(send),
    expect: expect === undefined ? undefined : showExpectation(expect),
  }
}

function showExpectation(expect: Expectation): string {
  return expect.kind === 'prefix' ? formatBytes(expect.bytes) : `re:${expect.pattern.source}`
}
