import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A new directory, gone when the test ends. Servers that run as another user can enter it. */
export function scratchDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-service-'))
  chmodSync(directory, 0o755)
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
