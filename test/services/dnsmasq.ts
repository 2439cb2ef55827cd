import { isIP } from 'node:net'
import type { Test } from 'tap'
import { freePort } from './free-port.js'
import { pathOf } from './programs.js'
import { startServer, type ServerProcess } from './server-process.js'

/** An authoritative-only name server for TCP and UDP. */
export interface NameServer {
  readonly port: number
  readonly process: ServerProcess
}

/** Starts a dnsmasq that answers every name below `.test` with this address. */
export async function startDnsmasq(t: Test, address: string): Promise<NameServer> {
  if (isIP(address) !== 4) throw new Error(`not an IPv4 address: ${address}`)
  const port = await freePort()
  const process = await startServer(t, {
    command: pathOf('dnsmasq'),
    args: [
      '--conf-file=/dev/null',
      ...['--keep-in-foreground', '--log-facility=-', '--pid-file=', '--user='],
      ...[`--port=${port}`, '--listen-address=127.0.0.1', '--bind-interfaces'],
      ...['--no-resolv', '--no-hosts', `--address=/test/${address}`],
    ],
    ready: /started, version/,
  })
  return { port, process }
}

/** An A query, as hexadecimal digits: what a probe sends. The answer starts with the same id. */
export function query(name: string, id: string): string {
  const labels = name.split('.').map(label => Buffer.from([label.length, ...Buffer.from(label)]))
  return `${id}01000001000000000000${Buffer.concat(labels).toString('hex')}0000010001`
}
