import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { bindError, bindPath, removeStale } from '../../src/unix-socket.js'

t.test('a path where nothing is, is free', async t => {
  t.equal(await removeStale(join(t.testdir(), 'nothing')), true)
})

t.test('a file that is no socket stays', async t => {
  const path = join(t.testdir({ precious: 'bytes' }), 'precious')
  t.equal(await removeStale(path), false)
  t.equal(readFileSync(path, 'utf8'), 'bytes')
})

t.test('a link stays, wherever it leads', async t => {
  const directory = t.testdir()
  const path = join(directory, 'link')
  symlinkSync(join(directory, 'nowhere'), path)
  t.equal(await removeStale(path), false)
  t.equal(existsSync(directory), true)
})

const failure = (code: string): Error => Object.assign(new Error(code), { code })

t.test('a bind that is not permitted where there is no directory failed for want of it', async t => {
  const directory = t.testdir({ file: '' })
  const refused = failure('EACCES')
  t.match(bindError(join(directory, 'no', 'where'), refused), { code: 'ENOENT', cause: refused })
  t.equal(bindError(join(directory, 'here'), refused), refused)
})

t.test('any other failed bind is what it says', async t => {
  const path = join(t.testdir(), 'no', 'where')
  for (const error of [failure('EADDRINUSE'), new Error('EACCES'), 'EACCES']) {
    t.equal(bindError(path, error), error)
  }
})

t.test('a bind is tried again only where a file that may go was in the way', async t => {
  const directory = t.testdir({ file: '' })
  const bind = async (path: string, ...failures: readonly Error[]): Promise<number> => {
    const left = [...failures]
    let tries = 0
    await bindPath(join(directory, path), () => {
      tries++
      const error = left.shift()
      return error === undefined ? Promise.resolve() : Promise.reject(error)
    })
    return tries
  }
  const busy = failure('EADDRINUSE')
  t.equal(await bind('free'), 1)
  t.equal(await bind('gone', busy), 2)
  await t.rejects(bind('gone', busy, busy, failure('EIO')), { code: 'EADDRINUSE' }, 'but not for ever')
  await t.rejects(bind('file', busy), { code: 'EADDRINUSE' })
  await t.rejects(bind('gone', failure('EIO')), { code: 'EIO' })
  await t.rejects(bind('no/where', failure('EACCES')), { code: 'ENOENT' })
})
