import { UDP_ON_DOWN, type SessionPolicy } from '../core/service.js'
import { ConfigError } from './config-error.js'
import type { ServiceConfig } from './config.js'
import { readChoice, readCount, readDuration, type Flags } from './flag-values.js'
import { literalFamily } from './host.js'
import { parseCount } from './scalar.js'

type SessionFlags = Pick<ServiceConfig, keyof SessionPolicy>

/** The flags that say what sessions may cost and how long they may last. */
export function readSessionPolicy(flags: Flags): SessionFlags {
  const most = flags.maxConnections
  return {
    connectTimeout: readDuration(flags, 'connectTimeout', 1),
    connectAttempts: readCount(flags, 'connectAttempts'),
    hold: readDuration(flags, 'hold', 0),
    idleTimeout: readDuration(flags, 'idleTimeout', 0),
    finTimeout: readDuration(flags, 'finTimeout', 0),
    udpIdleTimeout: readDuration(flags, 'udpIdleTimeout', 1),
    udpOnDown: readChoice(flags, 'udpOnDown', UDP_ON_DOWN),
    maxConnections: most === undefined ? undefined : parseCount('--max-connections', most, 1),
    maxUdpSessions: readCount(flags, 'maxUdpSessions'),
    sendSource: readSource(flags),
  }
}

function readSource({ sendSource }: Flags): string | undefined {
  if (sendSource !== undefined && literalFamily(sendSource) === undefined) {
    throw new ConfigError('--send-source', sendSource, 'not a literal IP address')
  }
  return sendSource
}
