import { parseBackend, readBackend } from '../backend-spec.js'
import type { BackendConfig, Config } from '../config.js'
import { ConfigError } from '../config-error.js'
import { checkProcess, fitToDatapath } from '../datapath-checks.js'
import type { Flags } from '../flag-values.js'
import { flagSettings } from '../flags.js'
import { overlay, type Given } from '../given.js'
import { formatPath } from '../paths.js'
import { readProcess } from '../process.js'
import { checkListeners } from '../service-checks.js'
import { readService, type GivenService } from '../service.js'
import { fileSettings } from './file-settings.js'
import { parseJson } from './json.js'
import { configFile, type FileService } from './schema.js'
import { readTextFile } from './text-file.js'
import { validate } from './validate.js'
import { parseYaml } from './yaml.js'

type Steps = readonly (string | number)[]
type FileBackend = FileService['backends'][number]
type FileListener = FileService['listen'][number]

/**
 * Reads a config file anew. Rejects with a ConfigError for the first thing that cannot be used.
 *
 * @param overrides flags of the process, which win
 */
export async function loadFile(file: string, overrides: Flags): Promise<Config> {
  const fail = (problem: string): ConfigError => new ConfigError('--config', file, problem)
  const parse = /\.ya?ml$/.test(file) ? parseYaml : file.endsWith('.json') ? parseJson : undefined
  if (parse === undefined) throw fail('must end in .yaml, .yml or .json')
  const text = await readTextFile(file, fail)
  const value = text.trim() === '' ? null : parse(text, fail)
  if (value === null) throw fail('is empty')
  return readFileValue(value, file, overrides)
}

/** The configuration that the value of a file describes; throws a ConfigError. */
export function readFileValue(value: unknown, file: string, overrides: Flags): Config {
  const { services, ...single } = validate(configFile, value, { path: '--config', text: file })
  const read = Object.entries(services).map(([name, service]) => {
    const given = givenService(name, service)
    return { given, service: readService(given) }
  })
  checkListeners(read.map(({ service }) => service))
  const own = fileSettings(single, [])
  // What is wrong in the file is told even where a flag wins.
  readProcess(own)
  const settings = overlay(flagSettings(overrides), own)
  const ofAll = readProcess(settings)
  checkProcess(ofAll, settings)
  return {
    services: read.map(({ service, given }) => fitToDatapath(service, given, ofAll.datapath)),
    ...ofAll,
    source: file,
  }
}

function givenService(
  name: string,
  { listen, backends, allow = [], deny = [], ...single }: FileService,
): GivenService {
  const base = ['services', name]
  const texts = (key: string, list: readonly string[]): readonly Given[] =>
    list.map((text, index) => ({ path: formatPath([...base, key, index]), text }))
  return {
    name: { path: formatPath(base), text: name },
    listen: listen.map((listener, index) => givenListener(listener, [...base, 'listen', index])),
    backends: backends.map((backend, index) => readFileBackend(backend, [...base, 'backends', index])),
    allow: texts('allow', allow),
    deny: texts('deny', deny),
    settings: fileSettings(single, base),
  }
}

function givenListener(listener: FileListener, steps: Steps): Given {
  return typeof listener === 'string'
    ? { path: formatPath(steps), text: listener }
    : { path: formatPath([...steps, 'url']), text: listener.url }
}

/** The backend at a place of a file. */
export function readFileBackend(backend: FileBackend, steps: Steps): BackendConfig {
  if (typeof backend === 'string') return parseBackend({ path: formatPath(steps), text: backend })
  const { address, ...fields } = backend
  return readBackend({ path: formatPath([...steps, 'address']), text: address }, fileSettings(fields, steps))
}
