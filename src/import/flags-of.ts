import { formatDuration } from '../config/duration.js'
import type { Flags } from '../config/flag-values.js'
import type { BackendDraft, ProbeDraft, ServiceDraft } from './draft.js'

/** The flags that mean the same as a service, so that what reads flags can judge it. */
export function flagsOf(service: ServiceDraft): Flags {
  const { probe } = service
  return defined({
    name: service.name,
    listen: service.listen,
    backend: service.backends.map(backendSpec),
    balance: service.balance,
    probe: probe === undefined ? undefined : probeSpec(probe),
    probeInterval: duration(probe?.interval),
    probeTimeout: duration(probe?.timeout),
    probeRise: probe?.rise?.toString(),
    probeFall: probe?.fall?.toString(),
    probeFastInterval: duration(probe?.fastInterval),
    probeDownInterval: duration(probe?.downInterval),
    closeOn: service.closeOn?.join(','),
    slowStart: duration(service.slowStart),
    connectTimeout: duration(service.connectTimeout),
    connectAttempts: service.connectAttempts?.toString(),
    idleTimeout: duration(service.idleTimeout),
    finTimeout: duration(service.finTimeout),
    udpIdleTimeout: duration(service.udpIdleTimeout),
    maxConnections: service.maxConnections?.toString(),
    maxUdpSessions: service.maxUdpSessions?.toString(),
    sendSource: service.sendSource,
  })
}

/** A type whose keys may be undefined rather than absent. */
type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

function defined(flags: Loose<Flags>): Flags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as Flags
}

function duration(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : formatDuration(millis)
}

function backendSpec({ address, name, weight, backup, maxConnections, state }: BackendDraft): string {
  return [
    escape(address),
    ...fields({ name, weight, 'max-connections': maxConnections, state }),
    ...(backup === true ? ['backup'] : []),
  ].join(',')
}

function probeSpec({ kind, port, send, expect, path, status, body, command }: ProbeDraft): string {
  return [kind, ...fields({ port, send, expect, path, status, body, command })].join(',')
}

function fields(values: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escape(String(value))}`],
  )
}

function escape(text: string): string {
  return text.replaceAll(',', '\\,')
}
