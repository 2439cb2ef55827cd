import { unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/** Removes the file of a unix socket that nobody listens on any more, as a killed process leaves it behind. */
export async function freeStalePath(path: string): Promise<void> {
  if ((await connectError(path)) !== 'ECONNREFUSED') return
  await unlink(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
}

function connectError(path: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
