import type { Millis } from '../clock.js'
import type { Listener } from '../core/service.js'
import { ConfigError } from './config-error.js'
import type { ProbeConfig } from './config.js'
import { formatDuration, parseDuration } from './duration.js'
import { DEFAULTS, flagName, readCount, readDuration, type Flags } from './flag-values.js'
import { parseProbe } from './probe-spec.js'

/**
 * The probe flags. Without `--probe` it is tcp, or none where nothing listens on tcp. Only the plain interval limits
 * the timeout: a probe that takes longer than a shorter one delays the next.
 */
export function readProbe(flags: Flags, listeners: readonly Listener[]): ProbeConfig {
  const source = flags.probe ?? (listeners.every(({ protocol }) => protocol === 'udp') ? 'none' : 'tcp')
  const interval = readDuration(flags, 'probeInterval', 1)
  return {
    spec: parseProbe('--probe', source),
    source,
    interval,
    fastInterval: readInterval(flags, 'probeFastInterval', interval),
    downInterval: readInterval(flags, 'probeDownInterval', interval),
    timeout: readTimeout(flags, interval),
    rise: readCount(flags, 'probeRise'),
    fall: readCount(flags, 'probeFall'),
  }
}

function readInterval(
  flags: Flags,
  flag: 'probeFastInterval' | 'probeDownInterval',
  interval: Millis,
): Millis {
  const text = flags[flag]
  return text === undefined ? interval : parseDuration(flagName(flag), text, 1)
}

function readTimeout(flags: Flags, interval: Millis): Millis {
  const path = flagName('probeTimeout')
  const text = flags.probeTimeout
  // A default must not turn a valid interval into an error.
  if (text === undefined) return Math.min(parseDuration(path, DEFAULTS.probeTimeout, 1), interval)
  const timeout = parseDuration(path, text, 1)
  if (timeout <= interval) return timeout
  const limit = `${flagName('probeInterval')} (${formatDuration(interval)})`
  throw new ConfigError(path, text, `longer than ${limit}`)
}
