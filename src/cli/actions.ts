import type { ReadStream, WriteStream } from 'node:tty'
import type { Clock, Millis } from '../clock.js'
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
  /** The nftables ruleset that the kernel data path would apply; applies nothing. */
  ruleset(source: ConfigSource): Promise<string>
  demo(): Promise<void>
}

/** Where the command line writes. */
export interface Output {
  stdout(text: string): void
  stderr(text: string): void
  /** The width of the terminal; undefined when there is none. */
  readonly columns: number | undefined
}

/** A terminal of one's own. */
export interface Terminal {
  readonly input: ReadStream
  readonly output: WriteStream
}

/** What the commands that talk to a running process know of their own. */
export interface Surroundings {
  readonly clock: Clock
  /** Milliseconds since 1970. */
  wallTime(): Millis
  /** Whether stdout is a terminal with colours, and the user wants them. */
  readonly color: boolean
  /** From the first call on, a signal that asks the process to stop aborts this one instead, as does a reader of stdout that went away. */
  untilStopped(): AbortSignal
  /** Where a full screen can be shown and keys be read; undefined when input or output is no terminal. */
  terminal(): Terminal | undefined
  /** Runs `restore` when the process ends, however it does, unless the returned function was called before. */
  atExit(restore: () => void): () => void
}
