import { watch } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { BAD_INPUTS } from '../../fixtures/bad-inputs.js'
import { quickest } from '../../fixtures/quickest.js'
import { runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

const AT_ONCE = 2
const LONGEST_MS = 1000

t.test('case 18: bad input', async t => {
  const directory = shortDirectory(t)
  let files = 0
  // The admin server is bound before anything else, so its socket would show any attempt to bind.
  const watcher = watch(directory, () => files++)
  const admin = ['--admin', `unix:${join(directory, 'admin.sock')}`]
  t.ok(BAD_INPUTS.length >= 40)

  const waiting = BAD_INPUTS.values()
  const work = async (): Promise<void> => {
    for (const [args, complaint] of waiting) {
      const shown = JSON.stringify(args).slice(0, 120)
      const tookMs = await quickest(LONGEST_MS, async () => {
        const ended = await runProgram(args.includes('--admin') ? args : [...args, ...admin])
        t.match(ended, { code: 2, stdout: '', stderr: complaint }, shown)
        t.match(ended.stderr, /^evenkeel: [^\n]+\n$/, 'in one line')
        return ended.tookMs
      })
      t.ok(tookMs < LONGEST_MS, `within ${tookMs.toFixed(0)} ms`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  watcher.close()
  t.equal(files, 0, 'nothing was bound')
})
