import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readToken } from '../../../src/admin-client/token.js'

t.test('the first file that has a token wins', async t => {
  const directory = t.testdir({ empty: '\n', good: ' a-token\n', other: 'b-token' })
  const paths = ['missing', 'empty', 'good', 'other'].map(name => join(directory, name))
  t.same(await readToken(paths), { value: 'a-token', path: paths[2] })
})

t.test('where there is none, every file that was looked at is named', async t => {
  const directory = t.testdir({ odd: 'two words', sub: {} })
  const [missing = '', odd = '', sub = ''] = ['missing', 'odd', 'sub'].map(name => join(directory, name))
  await t.rejects(readToken([missing, odd, sub]), {
    name: 'AdminError',
    kind: 'no-token',
    exitCode: 1,
    message: `changes need the admin token, looked for it in ${odd} (no token in it) and ${sub} (EISDIR) and ${missing} (ENOENT); --admin-token-file names another file`,
  })
})

t.test('a file without an end is not read to it', async t => {
  await t.rejects(readToken(['/dev/zero']), { name: 'AdminError', kind: 'no-token' })
})

t.test(
  'what cannot be read is told of',
  { skip: process.getuid?.() === 0 && 'root may read all' },
  async t => {
    const path = join(t.testdir(), 'secret')
    writeFileSync(path, 'a-token')
    chmodSync(path, 0)
    await t.rejects(readToken([path]), { message: /\(EACCES\)/ })
  },
)
