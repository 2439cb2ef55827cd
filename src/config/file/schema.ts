import { z } from 'zod'
import { CLOSE_CAUSES, UDP_ON_DOWN } from '../../core/service.js'
import { ALGORITHMS } from '../../core/strategy/index.js'
import { STATES, WEIGHTS } from '../backend-spec.js'
import { DATAPATHS, LOG_FORMATS, LOG_LEVELS } from '../config.js'
import { HTTP_PATH, PROBE_KINDS, STATUSES } from '../probe-spec.js'
import { NOT_A_RATE, RATE } from '../rate.js'
import { MOST, MOST_PORT, notACount, notOneOf } from '../scalar.js'
import { NOT_A_NAME, SERVICE_NAME } from '../service.js'
import { MOST_WORKERS } from '../workers.js'
import {
  choice,
  count,
  duration,
  durationOrZero,
  keys,
  list,
  text,
  textLike,
  textOf,
  toggle,
  unlessAbsent,
  wholeNumber,
} from './values.js'

const AT_LEAST_ONE = { error: 'at least one is needed' }

/** A backend as an object. */
export const backendObject = keys(
  {
    address: text('HOST:PORT or unix:PATH'),
    name: text('name in logs and metrics, unique in the service (default: the address)').optional(),
    weight: wholeNumber(WEIGHTS.least, WEIGHTS.most)
      .meta({ description: 'share of the clients', default: 1 })
      .optional(),
    backup: z.boolean().meta({ description: 'serves only while no primary does', default: false }).optional(),
    maxConnections: wholeNumber(1, MOST).meta({ description: 'sessions at once' }).optional(),
    state: z.enum(STATES).meta({ description: 'the admin state it starts in', default: 'ready' }).optional(),
  },
  { description: 'a backend' },
)

const backend = z.union(
  [
    text('HOST:PORT or unix:PATH, then any of ,weight=1..256 ,backup ,name=ID ,max-connections=N ,state=…'),
    backendObject,
  ],
  { error: unlessAbsent('must be text such as 10.0.0.11:5432, or keys with an address') },
)

const LISTENER =
  'tcp://HOST:PORT, udp://HOST:PORT or unix:PATH; HOST:PORT means tcp, :PORT all addresses, port 0 any free port'

const listener = z.union([text(LISTENER), keys({ url: text(LISTENER) }, { description: 'a listener' })], {
  error: unlessAbsent('must be text such as tcp://0.0.0.0:5432, or a url'),
})

const policy = {
  interval: duration('probe.interval').optional(),
  timeout: duration('probe.timeout').optional(),
  rise: count('probe.rise').optional(),
  fall: count('probe.fall').optional(),
  fastInterval: duration('probe.fastInterval').optional(),
  downInterval: duration('probe.downInterval').optional(),
}

const port = wholeNumber(1, MOST_PORT)
  .meta({ description: "asks this port instead of the backend's own" })
  .optional()
const send = text('text to send, with \\r \\n \\xNN escapes, or hex:…')
const expect = text('what the answer begins with, or re: and a regular expression').optional()
const path = z
  .string()
  .regex(HTTP_PATH, { error: 'must start with / and contain only printable ASCII without spaces' })

const probe = z.discriminatedUnion(
  'kind',
  [
    keys({ kind: z.literal('none'), ...policy }, { description: 'nothing is asked' }),
    keys(
      { kind: z.literal('tcp').optional(), port, send: send.optional(), expect, ...policy },
      { description: 'a connect, and an answer if one is expected' },
    ),
    keys(
      { kind: z.literal('udp'), port, send, expect, ...policy },
      { description: 'a datagram that must be answered' },
    ),
    keys(
      {
        kind: z.literal('http'),
        port,
        path: path.meta({ description: 'what is asked for, such as /health' }),
        status: wholeNumber(STATUSES.least, STATUSES.most)
          .meta({ description: 'the status that passes', default: 200 })
          .optional(),
        body: text('text that the body must contain').optional(),
        ...policy,
      },
      { description: 'a GET request' },
    ),
    keys(
      { kind: z.literal('exec'), port, command: text('shell command that must exit with 0'), ...policy },
      { description: 'a command; the backend is in EVENKEEL_HOST and EVENKEEL_PORT' },
    ),
  ],
  { error: ({ code }) => (code === 'invalid_union' ? notOneOf(PROBE_KINDS) : undefined) },
)

const closeOn = z
  .array(z.enum([...CLOSE_CAUSES, 'none']))
  .min(1, { error: 'at least one is needed (none for no cause)' })
  .meta({
    description: 'causes for which the TCP sessions of a backend that leaves are reset; none stands alone',
    default: ['dead', 'demoted'],
    uniqueItems: true,
  })

const service = keys(
  {
    listen: z.array(listener).min(1, AT_LEAST_ONE).meta({ description: 'where clients connect' }),
    backends: z.array(backend).min(1, AT_LEAST_ONE).meta({ description: 'where they are served' }),
    balance: choice('balance', ALGORITHMS).optional(),
    probe: probe
      .meta({ description: 'how health is asked for (default: tcp, or none with only udp listeners)' })
      .optional(),
    passive: toggle('passive').optional(),
    closeOn: closeOn.optional(),
    udpOnDown: choice('udpOnDown', UDP_ON_DOWN).optional(),
    failbackDelay: durationOrZero('failbackDelay').optional(),
    slowStart: durationOrZero('slowStart').optional(),
    connectTimeout: duration('connectTimeout').optional(),
    connectAttempts: count('connectAttempts').optional(),
    hold: durationOrZero('hold').optional(),
    idleTimeout: durationOrZero('idleTimeout').optional(),
    finTimeout: durationOrZero('finTimeout').optional(),
    udpIdleTimeout: duration('udpIdleTimeout').optional(),
    maxConnections: count('maxConnections').optional(),
    maxUdpSessions: count('maxUdpSessions').optional(),
    sendSource: textOf('sendSource').optional(),
    preserveSource: toggle('preserveSource').optional(),
    allow: list('allow').optional(),
    deny: list('deny').optional(),
    maxConnectionsPerClient: count('maxConnectionsPerClient').optional(),
    connectionRatePerClient: textLike('connectionRatePerClient', RATE, NOT_A_RATE).optional(),
  },
  { description: 'a service: listeners and the backends behind them' },
)

const admin = z.union(
  [
    z.literal(false),
    keys(
      { address: textOf('admin.address').optional(), tokenFile: textOf('admin.tokenFile').optional() },
      { description: 'where the admin server listens' },
    ),
  ],
  { error: unlessAbsent('must be false, or keys such as address') },
)

/** A config file. */
export const configFile = keys(
  {
    $schema: text('the schema that editors use').optional(),
    admin: admin.meta({ description: 'the admin server; false = none' }).optional(),
    workers: z
      .union([wholeNumber(1, MOST_WORKERS), z.literal('auto')], {
        error: unlessAbsent(`not auto, and ${notACount(1, MOST_WORKERS)}`),
      })
      .meta({ description: 'data threads; more than one needs Node.js 22.12', default: 1 })
      .optional(),
    datapath: choice('datapath', DATAPATHS).optional(),
    log: keys(
      {
        level: choice('log.level', LOG_LEVELS).optional(),
        format: choice('log.format', LOG_FORMATS).optional(),
      },
      { description: 'the log on the standard output' },
    ).optional(),
    drainTimeout: durationOrZero('drainTimeout').optional(),
    accessLog: toggle('accessLog').optional(),
    journal: textOf('journal').optional(),
    services: z
      .record(z.string().regex(SERVICE_NAME, { error: NOT_A_NAME }), service)
      .refine(services => Object.keys(services).length > 0, AT_LEAST_ONE)
      .meta({ description: 'the services by their names', minProperties: 1 }),
  },
  { description: 'A configuration of evenkeel.' },
)

/** The shape of a config file. */
export type ConfigFile = z.infer<typeof configFile>
export type FileService = ConfigFile['services'][string]
