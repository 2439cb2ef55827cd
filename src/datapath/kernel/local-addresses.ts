import { networkInterfaces } from 'node:os'

/** The addresses of this host. */
export function localAddresses(): ReadonlySet<string> {
  const entries = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return new Set(entries.map(({ address }) => address))
}
