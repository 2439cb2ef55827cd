import type { Config } from './config.js'
import type { Flags } from './flag-values.js'
import { parseFlags } from './flags.js'

/** Where a configuration comes from, to be read once more for each reload. */
export interface ConfigSource {
  /** The config file as it was named, or `flags`. */
  readonly name: string
  /** Reads it anew; rejects with a ConfigError. */
  load(): Promise<Config>
}

/** The flags of a command line, which never change. */
export function flagsSource(flags: Flags): ConfigSource {
  return { name: 'flags', load: async () => parseFlags(flags) }
}

/** A config file, and the flags of the process that stand beside it and win. */
export function fileSource(file: string, overrides: Flags): ConfigSource {
  return {
    name: file,
    load: async () => {
      // Loaded here, since whoever gives flags needs neither a schema nor YAML.
      const { loadFile } = await import('./file/load-file.js')
      return loadFile(file, overrides)
    },
  }
}
