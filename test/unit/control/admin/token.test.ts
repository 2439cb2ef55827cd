import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { generateToken, readToken, TokenFileError } from '../../../../src/control/admin/token.js'
import { thisUser, tokenPaths, type RuntimeUser } from '../../../../src/runtime-directory.js'

const ADDRESS = { kind: 'inet', host: '127.0.0.1', port: 7070 } as const

function newDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  return directory
}

function userAt(directory: string): RuntimeUser {
  return {
    env: { XDG_RUNTIME_DIR: directory },
    uid: thisUser().uid,
    run: '/nonexistent',
    temporary: '/nonexistent',
  }
}

t.test('a generated token', async t => {
  t.test('is where commands look for it, for its owner alone, and gone at the end', async t => {
    const user = userAt(newDirectory(t))
    const { authority, path = '', warning, close } = await generateToken(ADDRESS, user)
    t.equal(path, tokenPaths(ADDRESS, user)[0])
    t.equal(warning, undefined)
    t.equal(statSync(path).mode & 0o777, 0o600)
    const secret = readFileSync(path, 'utf8').trim()
    t.match(secret, /^[\w-]{43}$/, '32 bytes')
    t.strictSame(authority, { kind: 'secret', secret })
    t.strictSame(readdirSync(join(path, '..')), ['127.0.0.1-7070.token'], 'no draft is left')
    await close()
    t.equal(existsSync(path), false)
    await close()
  })

  t.test('takes the place of one that a killed process left, whoever may read that', async t => {
    const user = userAt(newDirectory(t))
    const stale = await generateToken(ADDRESS, user)
    chmodSync(stale.path ?? '', 0o644)
    const fresh = await generateToken(ADDRESS, user)
    t.equal(fresh.path, stale.path)
    t.notSame(fresh.authority, stale.authority)
    t.equal(statSync(fresh.path ?? '').mode & 0o777, 0o600)
    await stale.close()
    t.ok(existsSync(fresh.path ?? ''), 'it belongs to the other now')
    await fresh.close()
  })

  t.test('that cannot be written leaves changes to nobody', async t => {
    const nowhere = await generateToken(ADDRESS, userAt('/nonexistent'))
    t.match(nowhere, { path: undefined, warning: /not possible.*ENOENT.*--admin-token-file/ })
    t.match(nowhere.authority, { kind: 'nobody', reason: /--admin-token-file/ })
    await nowhere.close()

    const directory = newDirectory(t)
    mkdirSync(join(directory, 'evenkeel', '127.0.0.1-7070.token'), { recursive: true, mode: 0o700 })
    chmodSync(join(directory, 'evenkeel'), 0o700)
    t.match(await generateToken(ADDRESS, userAt(directory)), { authority: { kind: 'nobody' } })
    t.equal(readdirSync(join(directory, 'evenkeel')).length, 1, 'no draft is left')
  })
})

t.test('a token file of the operator', async t => {
  const path = join(newDirectory(t), 'token')
  const write = (text: string, mode = 0o600): void => {
    writeFileSync(path, text)
    chmodSync(path, mode)
  }

  t.test('is read without what is around it, and stays', async t => {
    write('  0123456789abcdef\r\n')
    const token = await readToken(path)
    t.match(token, { authority: { kind: 'secret', secret: '0123456789abcdef' }, path, warning: undefined })
    await token.close()
    t.ok(existsSync(path))
  })

  t.test('that others can read is told of', async t => {
    for (const mode of [0o640, 0o604]) {
      write('0123456789abcdef', mode)
      t.match(await readToken(path), { authority: { kind: 'secret' }, warning: /can be read by others/ })
    }
  })

  t.test('that holds no token is an error which does not show it', async t => {
    for (const text of [
      '',
      '\n \n',
      '0123456789abcde',
      'two lines of\nsixteen or more',
      'p\u00e4ssw\u00f6rter sind lang',
      'x'.repeat(5000),
    ]) {
      write(text)
      const error = await readToken(path).catch((error: unknown) => error)
      t.type(error, TokenFileError)
      t.match(
        error,
        { code: undefined, message: /^(the file is empty|not one line of at least 16 .*)$/ },
        text,
      )
    }
    write(`${'0123456789abcdef'}${' '.repeat(5000)}x`)
    await t.rejects(readToken(path), TokenFileError, 'not its beginning alone')
  })

  t.test('that cannot be read is the error of the system', async t => {
    await t.rejects(readToken(`${path}.missing`), { name: 'TokenFileError', code: 'ENOENT' })
    await t.rejects(readToken(join(path, '..')), { name: 'TokenFileError', code: 'EISDIR' })
  })
})
