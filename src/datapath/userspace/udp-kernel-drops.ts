import { readFile } from 'node:fs/promises'

const TABLES = ['/proc/thread-self/net/udp', '/proc/thread-self/net/udp6']

/** How many datagrams the kernel dropped at sockets with these local ports; 0 where the system does not say. */
export async function kernelDrops(ports: ReadonlySet<number>): Promise<number> {
  if (ports.size === 0) return 0
  let drops = 0
  for (const table of TABLES) drops += parseDrops(await readTable(table), ports)
  return drops
}

/** @param table the text of /proc/net/udp (Linux, proc(5)): the local port is its second column, drops its last */
export function parseDrops(table: string, ports: ReadonlySet<number>): number {
  let drops = 0
  for (const [, port = '', dropped = ''] of table.matchAll(
    /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) .*\s(\d+)\s*$/gm,
  )) {
    if (ports.has(Number.parseInt(port, 16))) drops += Number(dropped)
  }
  return drops
}

async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'latin1')
  } catch {
    return ''
  }
}
