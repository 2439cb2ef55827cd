import { networkInterfaces } from 'node:os'

/**
 * The literal addresses that a UDP listener binds, one socket each. A socket bound to a wildcard would answer from
 * whatever address the kernel picks, and clients drop replies from an address they did not write to.
 *
 * @param host `*` or `::` for all addresses, `0.0.0.0` for all IPv4 addresses, else a literal address
 */
export function udpAddresses(host: string): readonly string[] {
  if (!followsInterfaces(host)) return [host]
  const addresses = new Set<string>()
  for (const [name, entries] of Object.entries(networkInterfaces())) {
    for (const { address, family, scopeid } of entries ?? []) {
      if (family === 'IPv6' && host === '0.0.0.0') continue
      addresses.add(family === 'IPv6' && scopeid !== 0 ? `${address}%${name}` : address)
    }
  }
  return [...addresses]
}

/** Whether the addresses of a listener change with the machine's interfaces. */
export function followsInterfaces(host: string): boolean {
  return host === '*' || host === '::' || host === '0.0.0.0'
}
