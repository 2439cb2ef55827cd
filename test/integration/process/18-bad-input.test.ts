import { watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { BAD_INPUTS, type BadInput } from '../../fixtures/bad-inputs.js'
import { FILE_CASES } from '../../fixtures/config-files.js'
import { areRefused } from '../../fixtures/refusals.js'
import { shortDirectory } from '../../fixtures/short-directory.js'

t.test('case 18: bad input', async t => {
  const directory = shortDirectory(t)
  let files = 0
  // The admin server is bound before anything else, so its socket would show any attempt to bind.
  const watcher = watch(directory, () => files++)
  const admin = ['--admin', `unix:${join(directory, 'admin.sock')}`]
  const broken = brokenFiles(shortDirectory(t))
  t.ok(BAD_INPUTS.length >= 40)
  t.ok(broken.length >= 25)

  const inputs = [...BAD_INPUTS, ...broken].map(([args, complaint]) => ({
    args: args.includes('--admin') ? args : [...args, ...admin],
    complaint,
    shown: JSON.stringify(args).slice(0, 120),
  }))
  await areRefused(t, inputs, /^evenkeel: [^\n]+\n$/)
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
