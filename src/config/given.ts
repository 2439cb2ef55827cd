import { ConfigError, within } from './config-error.js'

/** Where a value stands or would stand: `--probe-interval`, `services.db.probe.interval`. */
export interface Place {
  readonly path: string
  /** The text that it is a part of, such as a whole `--probe`; undefined when it stands alone. */
  readonly whole?: { readonly path: string; readonly text: string }
}

/** A value as it was given, in the form in which a flag has it, and where. */
export interface Given extends Place {
  readonly text: string
}

/**
 * What was given for a service, a backend or the process, by its key in a config file (`probe.interval`), whatever it
 * came from: flags, a file, the parts of a spec. Switches are `on` or `off`.
 */
export interface Settings {
  readonly given: ReadonlyMap<string, Given>
  /** Where a key stands or would stand. */
  place(key: string): Place
}

/** The error about a value, or about one that is missing. */
export function wrong(value: Given | Place, problem: string): ConfigError {
  const error = new ConfigError(value.path, 'text' in value ? value.text : undefined, problem)
  return value.whole ? new ConfigError(value.whole.path, value.whole.text, error.message) : error
}

/** What `parse` makes of a value; its errors name the place. */
export function parseGiven<T>(value: Given, parse: (path: string, text: string) => T): T {
  const { path, text, whole } = value
  return whole ? within(whole.path, whole.text, () => parse(path, text)) : parse(path, text)
}

/** What was given for a key, else `fallback` at the same place. */
export function findGiven(settings: Settings, key: string, fallback: string): Given {
  return settings.given.get(key) ?? { ...settings.place(key), text: fallback }
}

/** The keys below one, such as those of `probe`. */
export function below(settings: Settings, key: string): Settings {
  const prefix = `${key}.`
  const inner = [...settings.given].filter(([name]) => name.startsWith(prefix))
  return {
    given: new Map(inner.map(([name, value]) => [name.slice(prefix.length), value])),
    place: name => settings.place(prefix + name),
  }
}

/** Settings of which those of `first` win. */
export function overlay(first: Settings, second: Settings): Settings {
  return { given: new Map([...second.given, ...first.given]), place: key => second.place(key) }
}
