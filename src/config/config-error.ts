/** A flag or a config key that cannot be used. The message is one line; the process should end with `exitCode`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly exitCode = 2

  /**
   * @param path where the value stands: `--probe-interval`
   * @param value the value as given; undefined when it is missing
   * @param problem what is wrong with it, without a full stop
   */
  constructor(
    readonly path: string,
    readonly value: string | undefined,
    problem: string,
  ) {
    super(`${value === undefined ? path : `${path} ${quote(value)}`}: ${problem}`)
  }
}

/** The value in double quotes, on one line, cut when it is very long. */
export function quote(value: string): string {
  const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value
  return JSON.stringify(shown).replace(UNPRINTABLE, character => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const LONGEST_SHOWN = 200

/** What JSON leaves as it is although a terminal or a log may break the line there, or obey it. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029]/g

/** Runs `parse` for a part of `value`: an error that names the part is told as an error of the whole. */
export function within<T>(path: string, value: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ConfigError) || error.path === path) throw error
    throw new ConfigError(path, value, error.message)
  }
}
