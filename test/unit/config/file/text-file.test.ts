import { execFileSync } from 'node:child_process'
import { symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { MOST_BYTES, readTextFile } from '../../../../src/config/file/text-file.js'

const read = (...steps: string[]) => readTextFile(join(...steps), problem => new Error(problem))

t.test('reads text, with or without a byte order mark', async t => {
  const directory = t.testdir({ plain: 'é\n', mark: '\ufeffa', empty: '', large: 'x'.repeat(MOST_BYTES) })
  t.equal(await read(directory, 'plain'), 'é\n')
  t.equal(await read(directory, 'mark'), 'a')
  t.equal(await read(directory, 'empty'), '')
  t.equal((await read(directory, 'large')).length, MOST_BYTES)
})

t.test('refuses what is no text of a fair size, without reading it', async t => {
  const directory = t.testdir({
    large: 'x'.repeat(MOST_BYTES + 1),
    huge: '',
    nul: 'a\0b',
    latin1: Buffer.from([97, 0xff]),
    directory: {},
  })
  truncateSync(join(directory, 'huge'), 2 ** 40)
  execFileSync('mkfifo', [join(directory, 'pipe')])
  symlinkSync('/dev/zero', join(directory, 'zeros'))
  symlinkSync('loop', join(directory, 'loop'))
  const cases: [name: string, problem: string][] = [
    ['large', 'larger than 1 MiB'],
    ['huge', 'larger than 1 MiB'],
    ['nul', 'contains a NUL character (at byte 1)'],
    ['latin1', 'is not UTF-8'],
    ['directory', 'not a file'],
    ['pipe', 'not a file'],
    ['zeros', 'not a file'],
    ['missing', 'no such file or directory (ENOENT)'],
    ['loop', 'too many symbolic links encountered (ELOOP)'],
    ['nul/below', 'not a directory (ENOTDIR)'],
    ['x'.repeat(300), 'name too long (ENAMETOOLONG)'],
    ['a\0b', 'ERR_INVALID_ARG_VALUE'],
  ]
  for (const [name, message] of cases) await t.rejects(read(directory, name), { message }, name.slice(0, 20))
  await t.rejects(read('/proc/self/mem'), { message: 'i/o error (EIO)' }, 'a file that cannot be read')
})
