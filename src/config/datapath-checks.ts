import { readAddress } from '../core/address.js'
import type { Backend } from '../core/backend.js'
import type { Listener } from '../core/service.js'
import type { BackendConfig, DatapathName, ProcessConfig, ServiceConfig, ServicePaths } from './config.js'
import { ConfigError } from './config-error.js'
import { wrong, type Settings } from './given.js'
import { pathAt } from './paths.js'
import type { GivenService } from './service.js'

/** A key, and what is wrong with it where a service asks for it. */
interface Lack {
  readonly key: string
  readonly isAsked: (service: ServiceConfig) => boolean
  readonly problem: string
}

const OTHERWISE = '(give --datapath userspace, or leave it out)'
const NO_SINGLE_SESSIONS = `the kernel datapath cannot tell of single sessions ${OTHERWISE}`
const NO_THREADS = `the kernel datapath has no data threads ${OTHERWISE}`
const NO_UNIX_SOCKETS =
  'the kernel datapath cannot serve unix sockets (give --datapath userspace, or HOST:PORT)'
const NO_ZONES = 'the kernel datapath knows no zones of IPv6 addresses (give an address that needs none)'
const KERNEL_ONLY = 'needs --datapath kernel in this version'

const KERNEL_LACKS: readonly Lack[] = [
  {
    key: 'hold',
    isAsked: ({ hold }) => hold > 0,
    problem: `the kernel datapath cannot park clients ${OTHERWISE}`,
  },
  {
    key: 'connectAttempts',
    isAsked: ({ connectAttempts }) => connectAttempts > 1,
    problem: `the kernel datapath cannot try another backend for a client ${OTHERWISE}`,
  },
]

const USERSPACE_LACKS: readonly Lack[] = [
  { key: 'maxConnectionsPerClient', isAsked: () => true, problem: KERNEL_ONLY },
  { key: 'connectionRatePerClient', isAsked: () => true, problem: KERNEL_ONLY },
  { key: 'preserveSource', isAsked: ({ preserveSource }) => preserveSource, problem: KERNEL_ONLY },
]

/** Throws a ConfigError for the first thing given for the process that its data path cannot do. */
export function checkProcess({ datapath, accessLog, workers }: ProcessConfig, { given }: Settings): void {
  if (datapath !== 'kernel') return
  const log = given.get('accessLog')
  const threads = given.get('workers')
  if (log !== undefined && accessLog) throw wrong(log, NO_SINGLE_SESSIONS)
  if (threads !== undefined && workers !== 1) throw wrong(threads, NO_THREADS)
}

/**
 * The service as a data path takes it: the kernel makes one attempt to connect, whatever the default is. Throws a
 * ConfigError for the first thing given that this data path cannot do.
 */
export function fitToDatapath(
  service: ServiceConfig,
  given: GivenService,
  datapath: DatapathName,
): ServiceConfig {
  refuseAsked(datapath === 'kernel' ? KERNEL_LACKS : USERSPACE_LACKS, service, given.settings)
  if (datapath === 'userspace') {
    const [entry] = [...given.allow, ...given.deny]
    if (entry !== undefined) throw wrong(entry, KERNEL_ONLY)
    return service
  }
  const unix = given.listen[service.listeners.findIndex(({ protocol }) => protocol === 'unix')]
  if (unix !== undefined) throw wrong(unix, NO_UNIX_SOCKETS)
  const zoned = given.listen[service.listeners.findIndex(hasZone)]
  if (zoned !== undefined) throw wrong(zoned, NO_ZONES)
  for (const backend of service.backends) checkBackend(backend, datapath)
  checkOneSource(service, given.settings)
  return { ...service, connectAttempts: 1 }
}

/** Throws a ConfigError for a backend that the data path cannot reach. */
export function checkBackend({ address, path, source }: BackendConfig, datapath: DatapathName): void {
  if (datapath !== 'kernel') return
  if (address.kind === 'unix') throw new ConfigError(path, source, NO_UNIX_SOCKETS)
  if (address.host.includes('%')) throw new ConfigError(path, source, NO_ZONES)
}

/**
 * Checks that the kernel can pass on what comes to each listener, for it does not translate between IPv4 and IPv6. Throws
 * a ConfigError for one of a family that no backend has; a wildcard takes what there is.
 *
 * @param listeners with literal addresses
 */
export function checkFamilies(
  listeners: readonly Listener[],
  backends: readonly Backend[],
  paths: Pick<ServicePaths, 'listeners'>,
): void {
  const reachable = new Set(
    backends.flatMap(({ endpoint }) => (endpoint.kind === 'inet' ? [familyOf(endpoint.host)] : [])),
  )
  for (const [index, listener] of listeners.entries()) {
    if (listener.protocol === 'unix' || listener.host === '*' || listener.host === '::') continue
    const family = familyOf(listener.host)
    if (reachable.has(family)) continue
    throw new ConfigError(
      pathAt(paths, index),
      listener.url,
      `no IPv${family} backend: the kernel datapath does not translate between IPv4 and IPv6`,
    )
  }
}

function refuseAsked(lacks: readonly Lack[], service: ServiceConfig, { given }: Settings): void {
  for (const { key, isAsked, problem } of lacks) {
    const value = given.get(key)
    if (value !== undefined && isAsked(service)) throw wrong(value, problem)
  }
}

function checkOneSource({ preserveSource }: ServiceConfig, { given }: Settings): void {
  const source = given.get('sendSource')
  const kept = given.get('preserveSource')
  if (source === undefined || kept === undefined || !preserveSource) return
  throw wrong(source, `cannot stand beside ${kept.path}, which lets backends see the client's address`)
}

function hasZone(listener: Listener): boolean {
  return listener.protocol !== 'unix' && listener.host.includes('%')
}

/** An IPv4-mapped address is one of IPv4. */
function familyOf(literal: string): 4 | 6 {
  return readAddress(literal, new Uint8Array(16)) === 4 ? 4 : 6
}
