import { z } from 'zod'
import { configFile } from './schema.js'

/** The JSON Schema (draft 2020-12) of a config file, as it is published. */
export function publishedSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(configFile, { io: 'input' }), title: 'evenkeel' }
}
