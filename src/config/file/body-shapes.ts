import { z } from 'zod'
import { DEADLINE_ACTIONS } from '../../core/backend.js'
import { STATES, WEIGHTS } from '../backend-spec.js'
import type { BackendConfig } from '../config.js'
import { ConfigError } from '../config-error.js'
import { parseDuration } from '../duration.js'
import type { ParsedChange } from '../parsed-change.js'
import { readFileBackend } from './load-file.js'
import { backendObject } from './schema.js'
import { validate } from './validate.js'
import { duration, keys, wholeNumber } from './values.js'

const BODY = { path: 'body' }

const backendChange = keys(
  {
    state: z.enum(STATES).optional(),
    weight: wholeNumber(WEIGHTS.least, WEIGHTS.most).optional(),
    for: duration('for').optional(),
    then: z.enum(DEADLINE_ACTIONS).optional(),
  },
  { description: 'a change of a backend' },
)

type Change = z.infer<typeof backendChange>

/** The backend that a body describes; throws a ConfigError. */
export function readNewBackend(value: unknown): BackendConfig {
  return readFileBackend(validate(backendObject, value, BODY), [])
}

/** The change that a body describes; throws a ConfigError. */
export function readBackendChange(value: unknown): ParsedChange {
  const change = validate(backendChange, value, BODY)
  if (Object.keys(change).length === 0) throw new ConfigError(BODY.path, undefined, 'nothing to change')
  const { state, weight } = change
  const deadline = readDeadline(change)
  return {
    ...(state === undefined ? {} : { state }),
    ...(weight === undefined ? {} : { weight }),
    ...(deadline === undefined ? {} : { deadline }),
  }
}

function readDeadline({ state, for: time, then }: Change): ParsedChange['deadline'] {
  if (time === undefined) {
    if (then === undefined) return undefined
    throw new ConfigError('for', undefined, 'required where there is a then')
  }
  const after = parseDuration('for', time, 1)
  if (then === undefined) throw new ConfigError('then', undefined, 'required where there is a for')
  if (state !== 'drain' && state !== 'maintenance') {
    throw new ConfigError('for', time, 'needs a state of drain or maintenance beside it')
  }
  if (then === 'maintenance' && state === 'maintenance') {
    throw new ConfigError('then', then, 'follows only a state of drain')
  }
  return { after, then }
}
