import { readFileSync } from 'node:fs'
import { versions } from 'node:process'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string
}

/** The version of this package. */
export const packageVersion = manifest.version

/** The version of the runtime. */
export const nodeVersion = versions.node
