import type { ServiceConfig } from './config.js'
import { quote } from './config-error.js'

/** A path within a config file: `services.postgres.backends[1].weight`, `services["a.b"].listen[0]`. */
export function formatPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === 'number') return `${path}[${step}]`
    if (!/^[\w-]{1,63}$/.test(step)) return `${path}[${quote(step)}]`
    return path === '' ? step : `${path}.${step}`
  }, '')
}

/** Where the listener at an index of a service was given. */
export function pathAt({ listeners }: Pick<ServiceConfig['paths'], 'listeners'>, index: number): string {
  return listeners[index] ?? ''
}

/** Where the first listener with this URL was given. */
export function pathOfListener(
  services: readonly Pick<ServiceConfig, 'listeners' | 'paths'>[],
  url: string,
): string {
  const owner = services.find(({ listeners }) => listeners.some(listener => listener.url === url))
  return owner === undefined
    ? ''
    : pathAt(
        owner.paths,
        owner.listeners.findIndex(listener => listener.url === url),
      )
}
