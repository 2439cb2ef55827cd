import type { StreamServer } from '../../sockets/stream-socket.js'
import { streamSockets } from '../../sockets/stream-sockets.js'
import { TakenError } from './errors.js'
import { MOST_SERVICES } from './marks.js'
import { tableName } from './rules.js'

/** What a process owns of one service: its table, and its number in marks. */
export interface Owned {
  readonly mark: number
  /** Somebody else may have it from now on. */
  release(): void
}

/**
 * Takes the table of a service; rejects with a {@link TakenError}. What tells the owner is an abstract unix socket: it is
 * known in the same network namespace as the ruleset is, and gone with its process, however that ends. The number is the
 * same for the same name, unless another service that runs has it.
 */
export async function own(service: string): Promise<Owned> {
  const table = await hold(tableName(service))
  if (table === undefined) throw new TakenError(service)
  for (let mark = preferred(service); ; mark = (mark % MOST_SERVICES) + 1) {
    const number = await hold(`evenkeel mark ${mark}`)
    if (number === undefined) continue
    return {
      mark,
      release() {
        table.close()
        number.close()
      },
    }
  }
}

/** The number that a service has, if no other one does. */
export function preferred(service: string): number {
  let hash = 0
  for (const character of service) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return (hash % MOST_SERVICES) + 1
}

async function hold(name: string): Promise<StreamServer | undefined> {
  try {
    return await streamSockets.listen(
      { path: `\0${name}` },
      { accepted: socket => socket.close(), failed: () => undefined },
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}
