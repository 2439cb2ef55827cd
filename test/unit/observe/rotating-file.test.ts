import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Written } from '../../../src/observe/output.js'
import { RotatingFile, type RotatingFileOptions } from '../../../src/observe/rotating-file.js'

function newPath(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  return join(directory, 'journal')
}

async function openFile(
  t: Test,
  options: Partial<RotatingFileOptions> & { path: string },
): Promise<RotatingFile> {
  const file = new RotatingFile({ mostBytes: 100, kept: 3, cannotRotate: () => undefined, ...options })
  await file.open()
  t.teardown(() => file.close())
  return file
}

const write = (file: RotatingFile, text: string): Promise<Written> =>
  new Promise(resolve => file.write(Buffer.from(text), resolve))
const read = (path: string): string => readFileSync(path, 'utf8')

t.test('lines are appended, to what is there as well', async t => {
  const path = newPath(t)
  writeFileSync(path, 'old\n')
  const file = await openFile(t, { path })
  t.strictSame(await write(file, 'one\n'), { kind: 'some', bytes: 4 })
  await write(file, 'two\n')
  t.equal(read(path), 'old\none\ntwo\n')
})

t.test('the half of a line that a killed process left is ended', async t => {
  const path = newPath(t)
  writeFileSync(path, '{"id":')
  await write(await openFile(t, { path }), 'one\n')
  t.equal(read(path), '{"id":\none\n')
})

t.test('a full file becomes the first of those that are kept', async t => {
  const path = newPath(t)
  const file = await openFile(t, { path })
  const line = (letter: string): string => `${letter.repeat(59)}\n`
  for (const letter of 'abcde') await write(file, line(letter))
  t.strictSame(readdirSync(join(path, '..')).sort(), ['journal', 'journal.1', 'journal.2', 'journal.3'])
  t.strictSame(
    ['', '.1', '.2', '.3'].map(end => read(path + end)),
    ['e', 'd', 'c', 'b'].map(line),
  )
})

t.test('a line longer than that is whole in a file of its own', async t => {
  const path = newPath(t)
  const file = await openFile(t, { path })
  await write(file, 'a\n')
  const long = `${'x'.repeat(500)}\n`
  await write(file, long)
  await write(file, 'b\n')
  t.strictSame(
    ['', '.1', '.2'].map(end => read(path + end)),
    ['b\n', long, 'a\n'],
  )
})

t.test('a line is not torn by the rotation', async t => {
  const path = newPath(t)
  const file = await openFile(t, { path })
  await write(file, `${'a'.repeat(99)}\nb`)
  await write(file, 'bb\n')
  await write(file, 'c\n')
  t.strictSame(
    ['', '.1'].map(end => read(path + end)),
    ['c\n', `${'a'.repeat(99)}\nbbb\n`],
  )
})

t.test('what somebody else did to the file', async t => {
  t.test('moved away: a new one is made', async t => {
    const path = newPath(t)
    const file = await openFile(t, { path })
    await write(file, 'one\n')
    renameSync(path, `${path}.moved`)
    await write(file, 'two\n')
    t.strictSame([read(path), read(`${path}.moved`)], ['two\n', 'one\n'])
    rmSync(path)
    await write(file, 'three\n')
    t.equal(read(path), 'three\n')
  })

  t.test('replaced: the new one is written to', async t => {
    const path = newPath(t)
    const file = await openFile(t, { path })
    await write(file, 'one\n')
    renameSync(path, `${path}.moved`)
    writeFileSync(path, 'theirs\n')
    await write(file, 'two\n')
    t.equal(read(path), 'theirs\ntwo\n')
  })

  t.test('cut off or lengthened: its size counts as it is', async t => {
    const path = newPath(t)
    const file = await openFile(t, { path })
    await write(file, `${'a'.repeat(89)}\n`)
    truncateSync(path, 0)
    await write(file, `${'b'.repeat(49)}\n`)
    t.equal(existsSync(`${path}.1`), false)
    appendFileSync(path, `${'c'.repeat(59)}\n`)
    await write(file, 'd\n')
    t.equal(read(path), 'd\n')
  })
})

t.test('a file that cannot be opened is the error of the system', async t => {
  const path = newPath(t)
  const missing = new RotatingFile({
    path: join(path, 'in', 'nothing'),
    mostBytes: 100,
    kept: 3,
    cannotRotate: () => undefined,
  })
  await t.rejects(missing.open(), { code: 'ENOENT' })
  mkdirSync(path)
  await t.rejects(new RotatingFile({ path, mostBytes: 100, kept: 3, cannotRotate: () => undefined }).open(), {
    code: 'EISDIR',
  })
})

t.test('what cannot be written fails, and goes on when it can be again', async t => {
  const path = newPath(t)
  const file = await openFile(t, { path })
  await write(file, 'one\n')
  rmSync(path)
  mkdirSync(path)
  t.strictSame(await write(file, 'two\n'), { kind: 'failed', code: 'EISDIR' })
  rmSync(path, { recursive: true })
  t.strictSame(await write(file, 'three\n'), { kind: 'some', bytes: 6 })
  t.equal(read(path), 'three\n')
})

t.test('where it cannot be rotated it grows on, which is told once', async t => {
  const path = newPath(t)
  const told: string[] = []
  const file = await openFile(t, { path, cannotRotate: code => told.push(code) })
  const full = `${'a'.repeat(99)}\n`
  await write(file, full)
  writeFileSync(`${path}.2`, '')
  mkdirSync(`${path}.3`)
  for (const line of ['b\n', 'c\n']) t.match(await write(file, line), { kind: 'some' })
  t.equal(read(path), `${full}b\nc\n`)
  t.match(told, [/^E/])
  t.equal(told.length, 1)
})

t.test('a full disk is a failure', async t => {
  const file = await openFile(t, { path: '/dev/full' })
  t.strictSame(await write(file, 'one\n'), { kind: 'failed', code: 'ENOSPC' })
})

t.test('a pipe is only written to, and is full when nobody reads', async t => {
  const path = newPath(t)
  execFileSync('mkfifo', [path])
  await t.rejects(new RotatingFile({ path, mostBytes: 100, kept: 3, cannotRotate: () => undefined }).open(), {
    code: 'ENXIO',
  })
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  t.teardown(() => closeSync(reader))
  const file = await openFile(t, { path })
  const text = `${'x'.repeat(199)}\n`
  await write(file, text)
  await write(file, text)
  const buffer = Buffer.alloc(1000)
  t.equal(readSync(reader, buffer), 400)
  t.strictSame(readdirSync(join(path, '..')), ['journal'])
  let written = await write(file, 'x'.repeat(1024 * 1024))
  t.equal(written.kind, 'some')
  written = await write(file, 'x')
  t.equal(written.kind, 'full')
})
