/** What a key that is not given stands for, in the form in which it would be typed for a flag. */
export const DEFAULTS = {
  balance: 'round-robin',
  'probe.interval': '2s',
  /** The interval, when that is shorter. */
  'probe.timeout': '1s',
  'probe.rise': '2',
  'probe.fall': '3',
  passive: 'on',
  closeOn: 'dead,demoted',
  udpOnDown: 'rehome',
  failbackDelay: '0s',
  slowStart: '0s',
  connectTimeout: '3s',
  connectAttempts: '3',
  hold: '0s',
  idleTimeout: '1h',
  finTimeout: '30s',
  udpIdleTimeout: '60s',
  preserveSource: 'off',
  drainTimeout: '30s',
  maxUdpSessions: '10000',
  workers: '1',
  datapath: 'userspace',
  admin: 'on',
  'admin.address': '127.0.0.1:7070',
  accessLog: 'off',
  'log.level': 'info',
  'log.format': 'auto',
} as const

/** A key that has a default. */
export type DefaultedKey = keyof typeof DEFAULTS
