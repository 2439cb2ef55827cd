import { open } from 'node:fs/promises'
import { AdminError, codeOf } from './admin-error.js'

/** What authorizes changes, and the file it was read from. Never to be shown. */
export interface Token {
  readonly value: string
  readonly path: string
}

/** No token is longer, in bytes. */
const LONGEST = 4096

/** The token in the first of these files that has one; rejects with an {@link AdminError} that says where it looked. */
export async function readToken(paths: readonly string[]): Promise<Token> {
  const tried: string[] = []
  const missing: string[] = []
  for (const path of paths) {
    try {
      const value = (await readStart(path)).trim()
      if (/^[\x21-\x7e]+$/.test(value)) return { value, path }
      tried.push(`${path} (no token in it)`)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') missing.push(path)
      else tried.push(`${path} (${codeOf(error)})`)
    }
  }
  const [first, ...others] = missing
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` and ${others.length} other places`
    tried.push(`${first} (ENOENT)${more}`)
  }
  throw new AdminError(
    'no-token',
    `changes need the admin token, looked for it in ${tried.join(' and ')}; --admin-token-file names another file`,
  )
}

async function readStart(path: string): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST), 0, LONGEST)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
