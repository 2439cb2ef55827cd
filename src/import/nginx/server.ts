import type { ProbeDraft, ServiceDraft } from '../draft.js'
import type { Notes } from '../notes.js'
import type { Directive } from './blocks.js'
import { readListen } from './listen.js'
import { readSetting, type Settings } from './settings.js'
import type { Upstream } from './upstream.js'
import { hasVariable } from './values.js'

/** A `server` block that passes clients on. */
export interface Server {
  readonly line: number
  readonly listen: readonly string[]
  /** A group by name, or an address. */
  readonly target: string
  readonly settings: Settings
}

const FAIL_TIMEOUT = 10_000

/** Reads a `server` block; undefined when it passes nothing on that could be carried over. */
export function readServer(server: Directive, inherited: Settings, notes: Notes): Server | undefined {
  const block = server.block ?? []
  const leaveOut = (why: string): undefined => {
    notes.add(server.line, 'server', `left out: ${why}`)
  }
  const pass = block.find(({ name }) => name === 'proxy_pass')
  if (pass === undefined) return leaveOut('it has no proxy_pass')
  if (block.some(({ name, args }) => name === 'proxy_ssl' && args[0] === 'on')) {
    return leaveOut('evenkeel speaks no TLS to servers')
  }
  const [target = ''] = pass.args
  if (hasVariable(target)) {
    notes.add(
      pass.line,
      `proxy_pass ${target}`,
      'left out: variables are not known, and nothing is routed by content',
    )
    return undefined
  }
  let settings = inherited
  const listen: string[] = []
  for (const directive of block) {
    if (directive.name === 'listen') listen.push(...readListen(directive, notes))
    else if (directive.name !== 'proxy_pass') settings = readSetting(directive, settings, notes)
  }
  return { line: server.line, listen, target, settings }
}

/**
 * The service of blocks that pass to the same servers with the same settings: as in nginx, these share what is known
 * of the servers.
 */
export function toService(servers: readonly Server[], upstream: Upstream, isGroup: boolean): ServiceDraft {
  const [first] = servers
  const listen = servers.flatMap(server => server.listen)
  const { settings = {}, target = '', line } = first ?? {}
  const isUdp = listen.some(url => url.startsWith('udp:'))
  const isTcp = listen.some(url => !url.startsWith('udp:'))
  const { maxFails = 1, failTimeout = FAIL_TIMEOUT, ...group } = upstream
  return {
    name: isGroup ? target : (listen[0] ?? target).replace(/^(\w+):\/*(?:.*:)?/, '$1-'),
    line,
    subject: 'server',
    listen,
    ...group,
    probe: readProbe(settings.probe, maxFails, failTimeout),
    passive: maxFails === 0 ? false : undefined,
    connectTimeout: settings.connectTimeout,
    connectAttempts: settings.tries,
    idleTimeout: isTcp ? settings.timeout : undefined,
    udpIdleTimeout: isUdp ? settings.timeout : undefined,
    sendSource: settings.source,
  }
}

/** Without `health_check` nothing is probed, and clients find out who fails. */
function readProbe(probe: Settings['probe'], maxFails: number, failTimeout: number): ProbeDraft {
  if (probe !== undefined) return { kind: 'tcp', ...probe }
  if (maxFails === 0) return { kind: 'none' }
  return { kind: 'none', fall: maxFails, downInterval: failTimeout }
}
