import type { z } from 'zod'
import { ConfigError } from '../config-error.js'
import { formatPath } from '../paths.js'
import { notOneOf } from '../scalar.js'

type Issue = z.core.$ZodIssue

/**
 * The value if it has the shape; throws a ConfigError for the first thing that does not fit.
 *
 * @param whole what the value as a whole is called in errors
 */
export function validate<T extends z.ZodType>(
  schema: T,
  value: unknown,
  whole: { readonly path: string; readonly text?: string },
): z.infer<T> {
  const result = schema.safeParse(value, { reportInput: true, error: problemOf })
  if (result.success) return result.data
  const [{ steps, problem, input } = UNTOLD] = result.error.issues.map(issue => tell(issue, []))
  const path = formatPath(steps)
  throw path === ''
    ? new ConfigError(whole.path, whole.text, problem)
    : new ConfigError(path, shown(input), problem)
}

interface Told {
  readonly steps: readonly (string | number)[]
  readonly problem: string
  readonly input: unknown
}

const UNTOLD: Told = { steps: [], problem: 'cannot be used', input: undefined }

function tell(issue: Issue, above: Told['steps']): Told {
  const steps = [...above, ...(issue.path as (string | number)[])]
  const { input, message: problem } = issue
  switch (issue.code) {
    case 'invalid_union': {
      const [inner] = issue.errors.find(isInside) ?? []
      return inner === undefined
        ? { steps, problem, input: chosen(input, issue.discriminator) }
        : tell(inner, steps)
    }
    case 'unrecognized_keys':
      return { steps: [...steps, ...issue.keys.slice(0, 1)], problem, input: undefined }
    case 'invalid_key':
      return { steps, problem: issue.issues.map(({ message }) => message).join(', '), input: undefined }
    default:
      return { steps, problem, input }
  }
}

/** Whether a branch of a union took the value, and complains of something inside. */
function isInside(issues: readonly Issue[]): boolean {
  return issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys')
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'must be text (put it in quotes)',
  number: 'must be a number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must have keys',
  record: 'must have keys',
}

/** What is wrong where the schema has no words of its own. */
function problemOf(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'required'
  if (issue.input === null) return 'has no value'
  if (issue.code === 'invalid_value') return notOneOf(issue.values.map(String))
  return issue.code === 'invalid_type' ? TYPES[issue.expected] : undefined
}

/** The value that was to choose a branch of a union. */
function chosen(input: unknown, key: string | undefined): unknown {
  return key === undefined ? input : Object(input)[key]
}

/** A value as it may be shown in one line; undefined for what has parts or is not there. */
function shown(input: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof input) ? String(input) : undefined
}
