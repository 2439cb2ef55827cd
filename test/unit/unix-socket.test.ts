import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { removeStale } from '../../src/unix-socket.js'

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
