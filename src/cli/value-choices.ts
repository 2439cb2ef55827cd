import { DATAPATHS, LOG_FORMATS, LOG_LEVELS } from '../config/config.js'
import type { Flags } from '../config/flag-values.js'
import { CLOSE_CAUSES, UDP_ON_DOWN } from '../core/service.js'
import { ALGORITHMS } from '../core/strategy/index.js'

/** The lists that reading the flags chooses from. */
const CHOICES: { readonly [K in keyof Flags]?: readonly string[] } = {
  balance: ALGORITHMS,
  passive: ['on', 'off'],
  closeOn: [...CLOSE_CAUSES, 'none'],
  udpOnDown: UDP_ON_DOWN,
  logLevel: LOG_LEVELS,
  logFormat: LOG_FORMATS,
  datapath: DATAPATHS,
}

/** What can stand after a flag, by its name in camelCase; undefined when it is no choice. */
export function valueChoices(flag: string): readonly string[] | undefined {
  return Object.hasOwn(CHOICES, flag) ? CHOICES[flag as keyof Flags] : undefined
}
