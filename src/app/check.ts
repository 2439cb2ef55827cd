import type { Checked } from '../cli/actions.js'
import { systemClock } from '../clock.js'
import type { ConfigSource } from '../config/config-source.js'
import { createProbe } from '../control/probes/index.js'
import type { Verdict } from '../control/probes/probe.js'
import { formatEndpoint, type Backend } from '../core/backend.js'
import type { Service } from '../core/service.js'
import { KernelError } from './kernel-error.js'
import { thisHost } from './open-app.js'
import { resolveServices } from './resolve.js'

/**
 * Settles what a configuration leaves open and binds nothing; on request every backend is probed once, at most as long
 * as its service's probe timeout. Rejects with a ConfigError for a host without an address, and with a KernelError for
 * what the kernel data path lacks here.
 */
export async function check(
  source: ConfigSource,
  { probeOnce }: { readonly probeOnce: boolean },
): Promise<Checked> {
  const config = await source.load()
  const { services } = await resolveServices(config, await thisHost())
  if (config.datapath === 'kernel') await checkKernel(services)
  const settled = config.services.map(service => ({ ...service, ...limitsOf(services, service.name) }))
  const report = probeOnce ? await probeAll(services) : undefined
  return { config: { ...config, services: settled }, report }
}

function limitsOf(services: readonly Service[], name: string): Partial<Limits> {
  const found = services.find(service => service.name === name)
  return found ? { maxConnections: found.maxConnections, maxUdpSessions: found.maxUdpSessions } : {}
}

type Limits = Pick<Service, 'maxConnections' | 'maxUdpSessions'>

const HEADER = ['SERVICE', 'BACKEND', 'ADDRESS', 'RESULT', 'TIME', 'DETAIL']

async function checkKernel(services: readonly Service[]): Promise<void> {
  const { missingFor } = await import('../datapath/kernel/requirements.js')
  const missing = await missingFor(services)
  if (missing.length > 0) throw new KernelError(missing, 2)
}

async function probeAll(services: readonly Service[]): Promise<string> {
  const rows = await Promise.all(
    services.flatMap(service => service.backends.map(backend => probeRow(service, backend))),
  )
  return formatTable([HEADER, ...rows])
}

async function probeRow({ name, probe }: Service, backend: Backend): Promise<readonly string[]> {
  const ask = createProbe(probe.spec)
  const start = [name, backend.name, formatEndpoint(backend.endpoint)]
  if (ask === undefined) return [...start, '-', '-', 'probe is none']
  const abort = new AbortController()
  const startedAt = systemClock.now()
  const timedOut = new Promise<Verdict>(resolve => {
    const timer = systemClock.after(probe.timeout, () => {
      resolve({ kind: 'fail', cause: 'dead', reason: `timeout after ${probe.timeout} ms` })
    })
    abort.signal.addEventListener('abort', () => timer.cancel(), { once: true })
  })
  const verdict = await Promise.race([ask(backend.endpoint, abort.signal), timedOut])
  const took = `${(systemClock.now() - startedAt).toFixed(1)} ms`
  abort.abort()
  return [...start, verdict.kind, took, verdict.reason]
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = HEADER.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
