import type { Millis } from '../clock.js'
import type { Listener } from '../core/service.js'
import { ConfigError } from './config-error.js'
import type { ProbeConfig } from './config.js'
import { formatDuration, parseDuration } from './duration.js'
import { DEFAULTS, flagName, readCount, readDuration, type Flags } from './flag-values.js'
import { parseProbe } from './probe-spec.js'

/** The probe flags. Without `--probe` it is tcp, or none where nothing listens on tcp. */
export function readProbe(flags: Flags, listeners: readonly Listener[]): ProbeConfig {
  const source = flags.probe ?? (listeners.every(({ protocol }) => protocol === 'udp') ? 'none' : 'tcp')
  const interval = readDuration(flags, 'probeInterval', 1)
  const fastInterval = readInterval(flags, 'probeFastInterval', interval)
  const downInterval = readInterval(flags, 'probeDownInterval', interval)
  const pace = { interval, fastInterval, downInterval }
  return {
    spec: parseProbe('--probe', source),
    source,
    ...pace,
    timeout: readTimeout(flags, pace),
    rise: readCount(flags, 'probeRise'),
    fall: readCount(flags, 'probeFall'),
  }
}

interface Pace {
  readonly interval: Millis
  readonly fastInterval: Millis
  readonly downInterval: Millis
}

function readInterval(
  flags: Flags,
  flag: 'probeFastInterval' | 'probeDownInterval',
  interval: Millis,
): Millis {
  const text = flags[flag]
  return text === undefined ? interval : parseDuration(flagName(flag), text, 1)
}

function readTimeout(flags: Flags, pace: Pace): Millis {
  const shortest = Math.min(pace.interval, pace.fastInterval, pace.downInterval)
  const path = flagName('probeTimeout')
  const text = flags.probeTimeout
  // A default must not turn a valid interval into an error.
  if (text === undefined) return Math.min(parseDuration(path, DEFAULTS.probeTimeout, 1), shortest)
  const timeout = parseDuration(path, text, 1)
  if (timeout <= shortest) return timeout
  const [flag, limit] = tooShort(pace, timeout)
  throw new ConfigError(path, text, `longer than ${flagName(flag)} (${formatDuration(limit)})`)
}

/** The interval to name: the plain one first, since the others default to it. */
function tooShort(pace: Pace, timeout: Millis): readonly [keyof Flags, Millis] {
  if (pace.interval < timeout) return ['probeInterval', pace.interval]
  if (pace.fastInterval < timeout) return ['probeFastInterval', pace.fastInterval]
  return ['probeDownInterval', pace.downInterval]
}
