import { z } from 'zod'
import { DEFAULTS } from '../defaults.js'
import { DESCRIPTIONS } from '../descriptions.js'
import { DURATION, NOT_A_DURATION } from '../duration.js'
import { MOST, notACount } from '../scalar.js'
import { nearName } from './near-name.js'

/** The schemas of single values: their types, and what editors are told of them. What they mean is read elsewhere. */

type Notes = Readonly<Record<string, string | number | boolean>>

const notADuration: z.core.$ZodErrorMap = ({ input }) =>
  ['string', 'number'].includes(typeof input) ? NOT_A_DURATION : undefined

const durationText = z
  .string({ error: notADuration })
  .regex(new RegExp(`${DURATION.source}|^0$`), { error: notADuration })

/** A text. */
export function text(description: string) {
  return z.string().meta({ description })
}

/** The text of a key. */
export function textOf(key: string) {
  return z.string().meta(notes(key))
}

/** The text of a key where it must have a form. */
export function textLike(key: string, form: RegExp, error: string) {
  return z.string().regex(form, { error }).meta(notes(key))
}

/** The texts of a key, at least one and each once. */
export function list(key: string) {
  return z
    .array(z.string())
    .min(1, { error: 'at least one is needed' })
    .meta({ ...notes(key), uniqueItems: true })
}

/** The duration of a key. */
export function duration(key: string) {
  return durationText.meta(notes(key))
}

/** The duration of a key where 0 means something. */
export function durationOrZero(key: string) {
  return z.union([durationText, z.literal(0)], { error: notADuration }).meta(notes(key))
}

/** The whole number of a key. */
export function count(key: string, least = 1, most = MOST) {
  return wholeNumber(least, most).meta(notes(key, Number))
}

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  const error = notACount(least, most)
  return z
    .int({ error: ({ input }) => (typeof input === 'number' ? error : undefined) })
    .min(least, { error })
    .max(most, { error })
}

/** The word of a key. */
export function choice<const T extends readonly string[]>(key: string, words: T) {
  return z.enum(words).meta(notes(key))
}

/** The switch of a key. */
export function toggle(key: string) {
  return z.boolean().meta(notes(key, text => text === 'on'))
}

/** Words for a value of a wrong kind, but not for one that is missing. */
export function unlessAbsent(problem: string): z.core.$ZodErrorMap {
  return ({ input }) => (input === undefined || input === null ? undefined : problem)
}

/** A map with these keys and no other; the error about another one names the one that was probably meant. */
export function keys<T extends z.core.$ZodLooseShape>(shape: T, ofWhat: { readonly description: string }) {
  const known = Object.keys(shape)
  return z
    .strictObject(shape, {
      error: issue => (issue.code === 'unrecognized_keys' ? unknownKey(issue.keys, known) : undefined),
    })
    .meta(ofWhat)
}

/** The most keys that an error lists. */
const MOST_TOLD = 12

function unknownKey([key = '']: readonly string[], known: readonly string[]): string {
  const near = nearName(key, known)
  if (near !== undefined) return `unknown key (did you mean ${near}?)`
  return known.length > MOST_TOLD ? 'unknown key' : `unknown key (known: ${known.join(', ')})`
}

function notes(key: string, toDefault: (text: string) => string | number | boolean = text => text): Notes {
  const description = (DESCRIPTIONS as Readonly<Record<string, string>>)[key]
  const fallback = (DEFAULTS as Readonly<Record<string, string>>)[key]
  return {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: toDefault(fallback) }),
  }
}
