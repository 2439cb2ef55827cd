import type { Config } from '../config/config.js'
import type { ConfigSource } from '../config/config-source.js'

/** What `check` found out. */
export interface Checked {
  /** The configuration with every limit filled in. */
  readonly config: Config
  /** The table of `--probe-once`, to be printed below the configuration; undefined without it. */
  readonly report: string | undefined
}

/** What the commands set in motion. The command line knows nothing else of the program. */
export interface Actions {
  readonly version: string
  /** Resolves once the process serves, or when it has stopped again. */
  run(source: ConfigSource): Promise<void>
  /** Validates and resolves, binds nothing. */
  check(source: ConfigSource, options: { readonly probeOnce: boolean }): Promise<Checked>
  demo(): Promise<void>
}

/** Where the command line writes. */
export interface Output {
  stdout(text: string): void
  stderr(text: string): void
  /** The width of the terminal; undefined when there is none. */
  readonly columns: number | undefined
}
