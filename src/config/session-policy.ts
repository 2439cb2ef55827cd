import { UDP_ON_DOWN, type SessionPolicy } from '../core/service.js'
import type { ServiceConfig } from './config.js'
import { parseGiven, wrong, type Settings } from './given.js'
import { literalFamily } from './host.js'
import { parseRate } from './rate.js'
import { readChoice, readCount, readDuration, readSwitch } from './readers.js'
import { parseCount } from './scalar.js'

/** Who may connect is a list, which is read elsewhere. */
type SessionLimits = Pick<ServiceConfig, Exclude<keyof SessionPolicy, 'access'>>

/** The keys that say what sessions may cost and how long they may last. */
export function readSessionPolicy(settings: Settings): SessionLimits {
  const rate = settings.given.get('connectionRatePerClient')
  return {
    connectTimeout: readDuration(settings, 'connectTimeout', 1),
    connectAttempts: readCount(settings, 'connectAttempts'),
    hold: readDuration(settings, 'hold', 0),
    idleTimeout: readDuration(settings, 'idleTimeout', 0),
    finTimeout: readDuration(settings, 'finTimeout', 0),
    udpIdleTimeout: readDuration(settings, 'udpIdleTimeout', 1),
    udpOnDown: readChoice(settings, 'udpOnDown', UDP_ON_DOWN),
    maxConnections: readLimit(settings, 'maxConnections'),
    maxUdpSessions: readCount(settings, 'maxUdpSessions'),
    sendSource: readSource(settings),
    preserveSource: readSwitch(settings, 'preserveSource'),
    maxConnectionsPerClient: readLimit(settings, 'maxConnectionsPerClient'),
    connectionRatePerClient: rate && parseGiven(rate, parseRate),
  }
}

function readLimit({ given }: Settings, key: string): number | undefined {
  const limit = given.get(key)
  return limit && parseGiven(limit, (path, text) => parseCount(path, text, 1))
}

function readSource({ given }: Settings): string | undefined {
  const source = given.get('sendSource')
  if (source !== undefined && literalFamily(source.text) === undefined) {
    throw wrong(source, 'not a literal IP address')
  }
  return source?.text
}
