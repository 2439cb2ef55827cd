import { lstatSync, statSync, unlinkSync } from 'node:fs'
import { request } from 'node:http'
import type { Stats } from 'node:fs'
import { dirname } from 'node:path'
import type { Millis } from './clock.js'

/** A listener that does not even accept in this time still counts as living. */
const PATIENCE: Millis = 1000

/**
 * Binds `path` by calling `bind`, and once more where only the file of a listener that is gone was in the way; resolves
 * with what that makes. Rejects with the system's error, or with the one it should have been.
 */
export async function bindPath<Bound>(path: string, bind: () => Promise<Bound>): Promise<Bound> {
  try {
    return await bind()
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || !(await removeStale(path))) throw bindError(path, error)
    return bind()
  }
}

/**
 * Removes the socket file at `path` if nobody listens there any more, as after a crash. Returns whether the path is free
 * now; a file that is no socket, and the socket of a living process, stay.
 */
export async function removeStale(path: string): Promise<boolean> {
  const before = lookAt(path)
  if (before === undefined) return true
  if (!before.isSocket() || !(await isRefused(path))) return false
  const after = lookAt(path)
  if (after === undefined) return true
  // Another process may have replaced the stale file while we asked.
  if (after.ino !== before.ino || after.ctimeMs !== before.ctimeMs) return false
  unlinkSync(path)
  return true
}

/**
 * The error of a failed bind of `path`, with the code that tells what is wrong: the runtime says EACCES also where the
 * directory is missing.
 */
export function bindError(path: string, error: unknown): unknown {
  if (codeOf(error) !== 'EACCES' || !isMissing(dirname(path))) return error
  return Object.assign(new Error(`listen ENOENT: ${path}`, { cause: error }), { code: 'ENOENT', path })
}

function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

function isRefused(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const asked = request({ socketPath: path, timeout: PATIENCE, agent: false })
    const settle = (refused: boolean): void => {
      resolve(refused)
      asked.destroy()
    }
    asked.on('error', error => settle(codeOf(error) === 'ECONNREFUSED'))
    asked.on('timeout', () => settle(false))
    asked.on('socket', socket => socket.once('connect', () => settle(false)))
  })
}
