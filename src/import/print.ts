import { formatDuration } from '../config/duration.js'
import type { BackendDraft, Draft, ProbeDraft, ServiceDraft } from './draft.js'

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain | undefined }

/** The draft as the text of a config file in YAML. @param comment goes above it, a line each */
export async function print(draft: Draft, comment: readonly string[]): Promise<string> {
  const { Document, isMap, isSeq, visit } = await import('yaml')
  const document = new Document(configFile(draft), { aliasDuplicateObjects: false })
  document.commentBefore = comment.map(line => ` ${line}`).join('\n')
  // Backends and probes are read at a glance when each is one line.
  visit(document, (_key, node, path) => {
    const parent = path.at(-1)
    if (isSeq(node)) node.flow = !node.items.some(isMap) && node.items.length < 2
    if (isMap(node) && isSeq(parent)) node.flow = true
  })
  return document.toString({ lineWidth: 0 })
}

/** The shape of a config file; what is undefined is not printed. */
function configFile({ workers, logLevel, services }: Draft): Plain {
  return {
    workers,
    log: logLevel === undefined ? undefined : { level: logLevel },
    services: Object.fromEntries(services.map(service => [service.name, showService(service)])),
  }
}

function showService(service: ServiceDraft): Plain {
  return {
    listen: service.listen,
    balance: service.balance,
    backends: service.backends.map(showBackend),
    probe: service.probe === undefined ? undefined : showProbe(service.probe),
    passive: service.passive,
    closeOn: service.closeOn,
    slowStart: duration(service.slowStart),
    connectTimeout: duration(service.connectTimeout),
    connectAttempts: service.connectAttempts,
    idleTimeout: duration(service.idleTimeout),
    finTimeout: duration(service.finTimeout),
    udpIdleTimeout: duration(service.udpIdleTimeout),
    maxConnections: service.maxConnections,
    maxUdpSessions: service.maxUdpSessions,
    sendSource: service.sendSource,
  }
}

function showBackend({ address, name, weight, backup, maxConnections, state }: BackendDraft): Plain {
  const named = name === address ? undefined : name
  const weighted = weight === 1 ? undefined : weight
  if ([named, weighted, backup, maxConnections, state].every(value => value === undefined)) return address
  return { address, name: named, weight: weighted, backup, maxConnections, state }
}

function showProbe(probe: ProbeDraft): Plain {
  return {
    ...probe,
    interval: duration(probe.interval),
    timeout: duration(probe.timeout),
    fastInterval: duration(probe.fastInterval),
    downInterval: duration(probe.downInterval),
  }
}

function duration(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : formatDuration(millis)
}
