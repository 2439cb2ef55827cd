/** Why a session ended: metric label and log field alike. */
export const END_REASONS = [
  'client-closed',
  'backend-closed',
  'client-aborted',
  'backend-aborted',
  'idle-timeout',
  'fin-timeout',
  'backend-down',
  'backend-drained',
  'killed',
  'shutdown',
  'worker-failed',
] as const
export type EndReason = (typeof END_REASONS)[number]

/** Why a client was refused: metric label and log field alike. */
export const REFUSALS = [
  'denied',
  'limit',
  'client-limit',
  'rate',
  'no-backend',
  'connect-failed',
  'proxy-header',
  'shutdown',
] as const
export type Refusal = (typeof REFUSALS)[number]

/**
 * Why a datagram went no further: `limit` (session cap), `no-backend`, `loop` (its source is a listener of ours),
 * `backend-down` (udp-on-down is `drop`), `send-failed` (the kernel would not take it), `shutdown`,
 * `kernel` (the receive buffer was full before we could read it).
 */
export const DROPS = [
  'limit',
  'no-backend',
  'loop',
  'backend-down',
  'send-failed',
  'shutdown',
  'kernel',
] as const
export type Drop = (typeof DROPS)[number]

export const PROTOCOLS = ['tcp', 'udp'] as const
export type Protocol = (typeof PROTOCOLS)[number]
