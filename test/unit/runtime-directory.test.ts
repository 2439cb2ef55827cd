import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runtimeDirectory, thisUser, tokenName, tokenPaths } from '../../src/runtime-directory.js'
import type { RuntimeUser } from '../../src/runtime-directory.js'

const { uid } = thisUser()

/** A user whose places are all below one directory, and none of which is there yet. */
function newUser(t: Test, env: readonly string[] = []): RuntimeUser {
  const root = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(root, { recursive: true }))
  const temporary = join(root, 'tmp')
  mkdirSync(temporary)
  const places = { RUNTIME_DIRECTORY: join(root, 'given'), XDG_RUNTIME_DIR: join(root, 'session') }
  return {
    env: Object.fromEntries(Object.entries(places).filter(([name]) => env.includes(name))),
    uid,
    run: join(root, 'run'),
    temporary,
  }
}

t.test('a token file is named for the address', t => {
  const inet = (host: string): string => tokenName({ kind: 'inet', host, port: 7070 })
  t.equal(inet('127.0.0.1'), '127.0.0.1-7070.token')
  t.equal(inet('::1'), '__1-7070.token')
  t.equal(inet('LB.example'), 'lb.example-7070.token')
  t.equal(inet('../x'), '.._x-7070.token')
  for (const host of ['*', '::', '0.0.0.0']) t.equal(inet(host), 'any-7070.token')
  const unix = tokenName({ kind: 'unix', path: '/run/evenkeel/admin.sock' })
  t.match(unix, /^unix-[0-9a-f]{32}\.token$/)
  t.equal(tokenName({ kind: 'unix', path: '/run/evenkeel/../evenkeel/admin.sock' }), unix)
  t.not(tokenName({ kind: 'unix', path: '/run/evenkeel/other.sock' }), unix)
  t.end()
})

t.test('commands look in every place for every address that the server may have been told', t => {
  const user: RuntimeUser = {
    env: { RUNTIME_DIRECTORY: '/run/a:/run/b', XDG_RUNTIME_DIR: '/run/user/7' },
    uid: 7,
    run: '/run',
    temporary: '/tmp',
  }
  t.strictSame(
    tokenPaths({ kind: 'inet', host: '127.0.0.1', port: 1 }, user),
    ['/run/a', '/run/user/7/evenkeel', '/run/evenkeel', '/tmp/evenkeel-7'].flatMap(directory =>
      ['127.0.0.1-1', 'localhost-1', 'any-1'].map(name => `${directory}/${name}.token`),
    ),
  )
  const bare = { ...user, env: { XDG_RUNTIME_DIR: 'relative' }, uid: undefined }
  t.strictSame(tokenPaths({ kind: 'inet', host: 'LB', port: 1 }, bare), [
    '/run/evenkeel/lb-1.token',
    '/run/evenkeel/any-1.token',
    '/tmp/evenkeel-user/lb-1.token',
    '/tmp/evenkeel-user/any-1.token',
  ])
  const names = (host: string): readonly string[] =>
    tokenPaths({ kind: 'inet', host, port: 1 }, bare)
      .slice(0, 4)
      .map(path => path.replace(/.*\//, ''))
  for (const host of ['localhost', '*', '::', '0.0.0.0']) {
    t.strictSame(names(host), ['localhost-1.token', '127.0.0.1-1.token', '__1-1.token', 'any-1.token'], host)
  }
  t.equal(tokenPaths({ kind: 'unix', path: '/run/x.sock' }, bare).length, 2)
  t.ok(tokenPaths({ kind: 'inet', host: '127.0.0.1', port: 1 }).length >= 3, 'of this process')
  t.end()
})

t.test('the directory is the first that can be had', t => {
  const user = newUser(t, ['RUNTIME_DIRECTORY', 'XDG_RUNTIME_DIR'])
  const { RUNTIME_DIRECTORY: given = '', XDG_RUNTIME_DIR: session = '' } = user.env
  t.equal(runtimeDirectory(user), join(user.temporary, `evenkeel-${uid}`))
  const mayMake = (directory: string): void => {
    t.equal(runtimeDirectory(user), directory)
    t.equal(lstatSync(directory).mode & 0o777, 0o700)
    t.equal(runtimeDirectory(user), directory, 'and again when it is there')
  }
  mkdirSync(join(user.run, 'user', String(uid)), { recursive: true })
  // Only root may make one beside that.
  writeFileSync(join(user.run, 'evenkeel'), '')
  mayMake(join(user.run, 'user', String(uid), 'evenkeel'))
  rmSync(join(user.run, 'evenkeel'))
  mayMake(join(user.run, 'evenkeel'))
  mkdirSync(session)
  mayMake(join(session, 'evenkeel'))
  mkdirSync(given, { mode: 0o755 })
  t.equal(runtimeDirectory(user), given)
  t.end()
})

t.test('a directory in the temporary one is not trusted blindly', t => {
  const user = newUser(t)
  const directory = join(user.temporary, `evenkeel-${uid}`)
  const elsewhere = join(user.temporary, 'elsewhere')
  mkdirSync(elsewhere, { mode: 0o700 })

  symlinkSync(elsewhere, directory)
  t.throws(() => runtimeDirectory(user), { message: `${directory} is no directory` })
  rmSync(directory)

  mkdirSync(directory)
  for (const mode of [0o755, 0o710, 0o1777]) {
    chmodSync(directory, mode)
    t.throws(() => runtimeDirectory(user), { message: `${directory} is open to others` }, mode.toString(8))
  }
  chmodSync(directory, 0o700)
  t.equal(runtimeDirectory(user), directory)

  const other = { ...user, uid: (uid ?? 0) + 1 }
  const theirs = join(user.temporary, `evenkeel-${other.uid}`)
  t.throws(() => runtimeDirectory(other), { message: `${theirs} belongs to somebody else` })
  t.throws(() => runtimeDirectory({ ...user, temporary: join(user.temporary, 'missing') }), {
    code: 'ENOENT',
  })
  t.end()
})

t.test('a directory of our own that others may write to is passed by', t => {
  const user = newUser(t, ['XDG_RUNTIME_DIR'])
  const session = user.env['XDG_RUNTIME_DIR'] ?? ''
  mkdirSync(join(session, 'evenkeel'), { recursive: true })
  chmodSync(join(session, 'evenkeel'), 0o777)
  t.equal(runtimeDirectory(user), join(user.temporary, `evenkeel-${uid}`))
  chmodSync(join(session, 'evenkeel'), 0o755)
  t.equal(runtimeDirectory(user), join(session, 'evenkeel'))
  t.end()
})
