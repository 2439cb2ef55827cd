import { randomBytes } from 'node:crypto'
import { open, readFile, rename, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runtimeDirectory, tokenName } from '../../runtime-directory.js'
import type { RuntimeUser } from '../../runtime-directory.js'
import type { AdminAddress } from './address.js'
import type { Authority } from './authority.js'

/** The token of a running admin server. */
export interface Token {
  readonly authority: Authority
  /** The file it was read from or written to; undefined = there is none. */
  readonly path: string | undefined
  /** What an operator should know of it, with the file in `path`; undefined = nothing. */
  readonly warning: string | undefined
  /** Removes the file that was written, unless another process has replaced it. Never rejects. */
  close(): Promise<void>
}

/** A token file that was named cannot be used; the message does not name it, and never says what is in it. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError'

  /** @param code of the system, where it is the system's error */
  constructor(
    message: string,
    readonly code?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

const RANDOM_BYTES = 32
const MOST_BYTES = 4096
/** What fits a header, and is long enough not to be guessed. */
const TOKEN = /^[\x21-\x7e]{16,}$/

/** Reads the token of an operator's own file; rejects with a {@link TokenFileError}. */
export async function readToken(path: string): Promise<Token> {
  const { text, mode } = await readStart(path)
  const secret = text.trim()
  if (secret === '') throw new TokenFileError('the file is empty')
  if (text.length > MOST_BYTES || !TOKEN.test(secret))
    throw new TokenFileError('not one line of at least 16 visible ASCII characters')
  const isOpen = (mode & 0o077) !== 0
  return {
    authority: { kind: 'secret', secret },
    path,
    warning: isOpen ? `the token file ${path} can be read by others (chmod 600 makes it private)` : undefined,
    close: () => Promise.resolve(),
  }
}

/**
 * Makes a token for the server at this address and writes it where the other commands look for it, in place of what a
 * process that was killed left there. Without such a place there is no token, and nobody can change anything.
 *
 * @param address as configured, with the port that was bound
 * @param user undefined = of this process
 */
export async function generateToken(address: AdminAddress, user?: RuntimeUser): Promise<Token> {
  const secret = randomBytes(RANDOM_BYTES).toString('base64url')
  try {
    const path = join(runtimeDirectory(user), tokenName(address))
    await replaceFile(path, `${secret}\n`)
    const close = (): Promise<void> => removeOwn(path, secret)
    return { authority: { kind: 'secret', secret }, path, warning: undefined, close }
  } catch (error) {
    const why = `there is no token file, since ${messageOf(error)}: name one with --admin-token-file`
    return {
      authority: { kind: 'nobody', reason: why },
      path: undefined,
      warning: `changes through the admin server are not possible: ${why}`,
      close: () => Promise.resolve(),
    }
  }
}

/** As much of a file as says whether it is a token; a file of any size may be named by mistake. */
async function readStart(path: string): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    const file = await open(path)
    try {
      const { mode } = await file.stat()
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(MOST_BYTES + 1) })
      return { text: buffer.toString('latin1', 0, bytesRead), mode }
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new TokenFileError(messageOf(error), codeOf(error), { cause: error })
  }
}

/** Whoever reads the file finds all of it, and nobody but its owner ever can. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, path)
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    throw error
  }
}

async function removeOwn(path: string, secret: string): Promise<void> {
  const found = await readFile(path, 'latin1').catch(() => '')
  if (found.trim() === secret) await unlink(path).catch(() => undefined)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
