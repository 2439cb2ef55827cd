import type { Millis } from '../clock.js'
import type { Listener, ProbePolicy, ProbeSpec } from '../core/service.js'
import { ConfigError } from './config-error.js'
import { DEFAULTS } from './defaults.js'
import { formatDuration, parseDuration } from './duration.js'
import { below, parseGiven, type Settings } from './given.js'
import { PROBE_KINDS, readProbeSpec } from './probe-spec.js'
import { readCount, readDuration } from './readers.js'
import { parseChoice } from './scalar.js'

/**
 * The keys of a probe. Without a kind it is tcp, or none where nothing listens on tcp. Only the plain interval limits
 * the timeout: a probe that takes longer than a shorter one delays the next.
 */
export function readProbe(settings: Settings, listeners: readonly Listener[]): ProbePolicy {
  const interval = readDuration(settings, 'probe.interval', 1)
  return {
    spec: readSpec(below(settings, 'probe'), listeners),
    interval,
    fastInterval: readInterval(settings, 'probe.fastInterval', interval),
    downInterval: readInterval(settings, 'probe.downInterval', interval),
    timeout: readTimeout(settings, interval),
    rise: readCount(settings, 'probe.rise'),
    fall: readCount(settings, 'probe.fall'),
  }
}

function readSpec(settings: Settings, listeners: readonly Listener[]): ProbeSpec {
  const kind = settings.given.get('kind')
  const fallback = listeners.every(({ protocol }) => protocol === 'udp') ? 'none' : 'tcp'
  const chosen = kind && parseGiven(kind, (path, text) => parseChoice(path, text, PROBE_KINDS))
  return readProbeSpec(chosen ?? fallback, settings)
}

function readInterval(
  settings: Settings,
  key: 'probe.fastInterval' | 'probe.downInterval',
  interval: Millis,
): Millis {
  const given = settings.given.get(key)
  return given === undefined ? interval : parseGiven(given, (path, text) => parseDuration(path, text, 1))
}

function readTimeout(settings: Settings, interval: Millis): Millis {
  const given = settings.given.get('probe.timeout')
  // A default must not turn a valid interval into an error.
  if (given === undefined) return Math.min(parseDuration('', DEFAULTS['probe.timeout'], 1), interval)
  const { path, text } = given
  const timeout = parseDuration(path, text, 1)
  if (timeout <= interval) return timeout
  const limit = `${settings.place('probe.interval').path} (${formatDuration(interval)})`
  throw new ConfigError(path, text, `longer than ${limit}`)
}
