import type { BackendConfig } from './config.js'
import type { ParsedChange } from './parsed-change.js'

/** The backend that a body of the admin API describes; rejects with a ConfigError whose path is within the body. */
export async function parseNewBackend(value: unknown): Promise<BackendConfig> {
  const { readNewBackend } = await import('./file/body-shapes.js')
  return readNewBackend(value)
}

/** The change that a body of the admin API describes; rejects with a ConfigError whose path is within the body. */
export async function parseBackendChange(value: unknown): Promise<ParsedChange> {
  const { readBackendChange } = await import('./file/body-shapes.js')
  return readBackendChange(value)
}
