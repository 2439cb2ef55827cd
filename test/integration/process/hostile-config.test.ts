import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { HOSTILE_FILES } from '../../fixtures/hostile-files.js'
import { quickest } from '../../fixtures/quickest.js'
import { onIdleMachine, runProgram } from '../../fixtures/run-program.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

const AT_ONCE = 2
const LONGEST_MS = 1000

t.test('a hostile file is refused at once, in one line', async t => {
  const directory = shortDirectory(t)
  const files: { readonly file: string; readonly complaint: RegExp }[] = []
  const place = (name: string, complaint: RegExp, make: (file: string) => void): void => {
    const file = join(directory, name)
    make(file)
    files.push({ file, complaint })
  }
  for (const [name, content, complaint] of HOSTILE_FILES) {
    place(name, complaint, file => writeFileSync(file, content))
  }
  place('directory.yaml', /not a file/, mkdirSync)
  place('pipe.yaml', /not a file/, file => void execFileSync('mkfifo', [file]))
  place('zeros.yaml', /not a file/, file => symlinkSync('/dev/zero', file))
  place('sparse.yaml', /larger than 1 MiB/, file => {
    writeFileSync(file, '')
    truncateSync(file, 2 ** 40)
  })
  place('missing.yaml', /no such file or directory \(ENOENT\)/, () => undefined)
  t.ok(files.length >= 50)

  const waiting = files.values()
  const work = async (): Promise<void> => {
    for (const { file, complaint } of waiting) {
      const tookMs = await quickest(LONGEST_MS, async () => {
        const ended = await runProgram(['check', '--config', file])
        t.match(ended, { code: 2, stdout: '', stderr: complaint }, file)
        t.match(ended.stderr, /^evenkeel: [\x20-\x7e\u00a0-\uffff]{1,400}\n$/, 'in one line')
        return ended.tookMs < LONGEST_MS ? ended.tookMs : onIdleMachine(ended.tookMs)
      })
      t.ok(tookMs < LONGEST_MS, `${file} within ${tookMs.toFixed(0)} ms`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
})
