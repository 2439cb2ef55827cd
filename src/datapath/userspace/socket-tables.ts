import { readFile } from 'node:fs/promises'

/**
 * The texts of Linux's tables of the sockets in this thread's network namespace, for IPv4 and IPv6, '' for what the
 * system does not have (Linux, Documentation/networking/proc_net_tcp.rst). Any other error, such as EMFILE, rejects.
 */
export function readSocketTables(protocol: 'tcp' | 'udp'): Promise<readonly string[]> {
  return Promise.all([protocol, `${protocol}6`].map(readTable))
}

function readTable(name: string): Promise<string> {
  return readFile(`/proc/thread-self/net/${name}`, 'latin1').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  })
}
