import { UDP_ON_DOWN, type SessionPolicy } from '../core/service.js'
import type { ServiceConfig } from './config.js'
import { parseGiven, wrong, type Settings } from './given.js'
import { literalFamily } from './host.js'
import { readChoice, readCount, readDuration } from './readers.js'
import { parseCount } from './scalar.js'

type SessionLimits = Pick<ServiceConfig, keyof SessionPolicy>

/** The keys that say what sessions may cost and how long they may last. */
export function readSessionPolicy(settings: Settings): SessionLimits {
  const most = settings.given.get('maxConnections')
  return {
    connectTimeout: readDuration(settings, 'connectTimeout', 1),
    connectAttempts: readCount(settings, 'connectAttempts'),
    hold: readDuration(settings, 'hold', 0),
    idleTimeout: readDuration(settings, 'idleTimeout', 0),
    finTimeout: readDuration(settings, 'finTimeout', 0),
    udpIdleTimeout: readDuration(settings, 'udpIdleTimeout', 1),
    udpOnDown: readChoice(settings, 'udpOnDown', UDP_ON_DOWN),
    maxConnections: most && parseGiven(most, (path, text) => parseCount(path, text, 1)),
    maxUdpSessions: readCount(settings, 'maxUdpSessions'),
    sendSource: readSource(settings),
  }
}

function readSource({ given }: Settings): string | undefined {
  const source = given.get('sendSource')
  if (source !== undefined && literalFamily(source.text) === undefined) {
    throw wrong(source, 'not a literal IP address')
  }
  return source?.text
}
