import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { HOSTILE_FILES } from '../../fixtures/hostile-files.js'
import { areRefused, type Refused } from '../../fixtures/refusals.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

t.test('a hostile file is refused at once, in one line', async t => {
  const directory = shortDirectory(t)
  const inputs: Refused[] = []
  const place = (name: string, complaint: RegExp, make: (file: string) => void): void => {
    const file = join(directory, name)
    make(file)
    inputs.push({ args: ['check', '--config', file], complaint, shown: file })
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
  t.ok(inputs.length >= 50)

  await areRefused(t, inputs, /^evenkeel: [\x20-\x7e\u00a0-\uffff]{1,400}\n$/)
})
