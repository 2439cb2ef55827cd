import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { getSystemErrorMap } from 'node:util'

/** The largest file that is read, in bytes. */
export const MOST_BYTES = 1024 * 1024

/**
 * The text of a UTF-8 file of at most {@link MOST_BYTES}, without a byte order mark; no more of it is read than that.
 * Rejects with what `fail` makes of a problem.
 */
export async function readTextFile(name: string, fail: (problem: string) => Error): Promise<string> {
  // A pipe that nobody writes to would keep a blocking open waiting.
  const file = await open(name, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw fail(problemOf(error))
  })
  try {
    if (!(await file.stat()).isFile()) throw fail('not a file')
    const bytes = await readBytes(file).catch((error: unknown) => {
      throw fail(problemOf(error))
    })
    if (bytes.length > MOST_BYTES) throw fail('larger than 1 MiB')
    return decode(bytes, fail)
  } finally {
    await file.close()
  }
}

/** All bytes of the file, or as many as show that it is too large. */
async function readBytes(file: FileHandle): Promise<Uint8Array> {
  const bytes = new Uint8Array(MOST_BYTES + 1)
  let length = 0
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

function decode(bytes: Uint8Array, fail: (problem: string) => Error): string {
  const nul = bytes.indexOf(0)
  if (nul >= 0) throw fail(`contains a NUL character (at byte ${nul})`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw fail('is not UTF-8')
  }
}

function problemOf(error: unknown): string {
  const { code = String(error) } = error as NodeJS.ErrnoException
  const words = [...getSystemErrorMap().values()].find(([name]) => name === code)?.[1]
  return words === undefined ? code : `${words} (${code})`
}
