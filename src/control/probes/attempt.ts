import type { Verdict } from './probe.js'
import { ABORTED, verdictOf } from './verdict.js'

/**
 * Runs one probe. `open` opens what it needs and returns how to free it; the first verdict it settles with counts.
 * What was opened is freed before the promise resolves, and in the same turn when `signal` aborts.
 */
export function attempt(
  signal: AbortSignal,
  open: (settle: (verdict: Verdict) => void) => () => void,
): Promise<Verdict> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve(ABORTED)
    let isOver = false
    let free: (() => void) | undefined
    const settle = (verdict: Verdict): void => {
      if (isOver) return
      isOver = true
      signal.removeEventListener('abort', abort)
      free?.()
      resolve(verdict)
    }
    const abort = (): void => settle(ABORTED)
    signal.addEventListener('abort', abort)
    try {
      free = open(settle)
      if (isOver) free()
    } catch (error) {
      if (isSystemError(error)) return settle(verdictOf(error))
      signal.removeEventListener('abort', abort)
      reject(error)
    }
  })
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}
