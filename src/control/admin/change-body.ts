import { problem } from './answer.js'
import type { Answer } from './answer.js'

/** The fields in the body of a change. */
export type Fields = Readonly<Record<string, unknown>>

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

/** Reads the body of a change, a JSON object, whatever its content type says; or answers why it is none. */
export function readFields(bytes: Uint8Array): { readonly fields: Fields } | Answer {
  let value: unknown
  try {
    value = JSON.parse(UTF_8.decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) return problem(422, `the body is no JSON: ${error.message}`)
    if (error instanceof TypeError) return problem(422, 'the body is no UTF-8')
    throw error
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { fields: value as Fields }
  return problem(422, 'the body must be a JSON object')
}
