import { watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { BAD_INPUTS, type BadInput } from '../../fixtures/bad-inputs.js'
import { FILE_CASES } from '../../fixtures/config-files.js'
import { quickest } from '../../fixtures/quickest.js'
import { onIdleMachine, runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

const AT_ONCE = 2
const LONGEST_MS = 1000

t.test('case 18: bad input', async t => {
  const directory = shortDirectory(t)
  let files = 0
  // The admin server is bound before anything else, so its socket would show any attempt to bind.
  const watcher = watch(directory, () => files++)
  const admin = ['--admin', `unix:${join(directory, 'admin.sock')}`]
  const broken = brokenFiles(shortDirectory(t))
  t.ok(BAD_INPUTS.length >= 40)
  t.ok(broken.length >= 25)

  const waiting = [...BAD_INPUTS, ...broken].values()
  const work = async (): Promise<void> => {
    for (const [args, complaint] of waiting) {
      const shown = JSON.stringify(args).slice(0, 120)
      const tookMs = await quickest(LONGEST_MS, async () => {
        const ended = await runProgram(args.includes('--admin') ? args : [...args, ...admin])
        t.match(ended, { code: 2, stdout: '', stderr: complaint }, shown)
        t.match(ended.stderr, /^evenkeel: [^\n]+\n$/, 'in one line')
        return ended.tookMs < LONGEST_MS ? ended.tookMs : onIdleMachine(ended.tookMs)
      })
      t.ok(tookMs < LONGEST_MS, `within ${tookMs.toFixed(0)} ms`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  watcher.close()
  t.equal(files, 0, 'nothing was bound')
})

/** A third of the broken config files, written to a directory: the unit tests read all of them. */
function brokenFiles(directory: string): readonly BadInput[] {
  return FILE_CASES.flatMap(({ value, complaint }, index) => {
    if (complaint === undefined || index % 3 !== 0) return []
    const file = join(directory, `${index}.yaml`)
    writeFileSync(file, stringify(value))
    const message = complaint.source.replace(/^\^/, '').replace(/\$$/, '').replace('"x"', '"[^"]+"')
    return [[['--config', file], new RegExp(message)]]
  })
}
