import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JournalEntry } from '../../../src/api/views.js'
import { systemClock } from '../../../src/clock.js'
import {
  openJournalFile,
  type JournalFile,
  type JournalFileOptions,
} from '../../../src/observe/journal-file.js'

function newPath(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  return join(directory, 'journal')
}

function openFile(path: string, told: Partial<JournalFileOptions> = {}): Promise<JournalFile> {
  return openJournalFile({
    path,
    clock: systemClock,
    cannotRotate: () => undefined,
    losing: () => undefined,
    ...told,
  })
}

const close = (file: JournalFile): Promise<void> => file.close(systemClock.now() + 10_000)

const entry = (id: number, fields: object = {}): JournalEntry => ({
  id,
  time: '2026-01-01T00:00:00.000Z',
  level: 'info',
  event: 'ready',
  msg: 'ready',
  ...fields,
})

const lines = (...entries: readonly unknown[]): string =>
  entries.map(entry => `${JSON.stringify(entry)}\n`).join('')

t.test('an entry is a line, and the next run has it back', async t => {
  const path = newPath(t)
  const file = await openFile(path)
  t.strictSame(file.before, [])
  const entries = [entry(1), entry(2, { service: 's', list: ['a'], nothing: null })]
  for (const each of entries) file.write(each)
  await close(file)
  t.equal(readFileSync(path, 'utf8'), lines(...entries))
  t.equal(file.linesDropped, 0)
  const next = await openFile(path)
  t.strictSame(next.before, entries)
  await close(next)
})

t.test('it is rotated, and what is in the file before the last one is read as well', async t => {
  const path = newPath(t)
  for (let run = 0; run < 8; run++) {
    const file = await openFile(path, { mostBytes: 2000 })
    const { before } = file
    t.strictSame(
      before.map(({ id }) => id),
      numbersTo(20 * run).slice(-before.length),
    )
    t.ok(before.length >= Math.min(20 * run, 39), `${before.length} of ${20 * run}`)
    for (let id = 20 * run + 1; id <= 20 * run + 20; id++) file.write(entry(id))
    await close(file)
  }
  t.strictSame(readdirSync(join(path, '..')).sort(), [
    'journal',
    ...[1, 2, 3, 4, 5].map(number => `journal.${number}`),
  ])
})

const numbersTo = (most: number): readonly number[] => Array.from({ length: most }, (_, index) => index + 1)

t.test('what is no entry, and what does not rise, is passed over', async t => {
  const path = newPath(t)
  writeFileSync(
    path,
    lines(
      entry(3),
      { id: 4 },
      entry(5, { time: 'long ago' }),
      entry(6, { event: 1 }),
      null,
      [entry(7)],
      'x',
    ) +
      'no JSON\n\n' +
      lines(entry(3), entry(2), entry(1.5), entry(8)) +
      '{"id":9,"ti',
  )
  const file = await openFile(path)
  t.strictSame(
    file.before.map(({ id }) => id),
    [3, 8],
  )
  file.write(entry(9))
  await close(file)
  t.match(readFileSync(path, 'utf8'), /\{"id":9,"ti\n\{"id":9,.*\}\n$/, 'the half of a line spoils no other')
})

t.test('no more than the last 4 MiB are read', async t => {
  const path = newPath(t)
  const padding = 'x'.repeat(1000)
  const many = (from: number, count: number): string =>
    lines(...Array.from({ length: count }, (_, index) => entry(from + index, { padding })))
  writeFileSync(path, many(1, 6000))
  const file = await openFile(path)
  const bytes = file.before.reduce((sum, each) => sum + JSON.stringify(each).length + 1, 0)
  t.ok(bytes <= 4 * 1024 * 1024 && bytes > 4 * 1024 * 1024 - 2500, `${bytes} bytes`)
  t.equal(file.before.at(-1)?.id, 6000)
  await close(file)

  writeFileSync(`${path}.1`, many(1, 6000))
  writeFileSync(path, lines(entry(6001)))
  const both = await openFile(path)
  t.equal(both.before.at(-1)?.id, 6001)
  t.ok(both.before.length > 3500 && both.before.length < 4500, `${both.before.length} entries`)
  await close(both)
})

t.test('a journal that cannot be opened is the error of the system', async t => {
  await t.rejects(openFile(join(newPath(t), 'journal')), { code: 'ENOENT' })
})

t.test('a full disk costs lines, which are counted and told of once', async t => {
  const losses: string[] = []
  const failed = new Promise<void>(resolve => {
    const losing = (code: string): void => {
      losses.push(code)
      resolve()
    }
    void openFile('/dev/full', { losing }).then(async file => {
      t.strictSame(file.before, [])
      file.write(entry(1))
      await failed
      file.write(entry(2))
      file.write(entry(3))
      await close(file)
      t.equal(file.linesDropped, 3)
      t.strictSame(losses, ['ENOSPC'])
      finished()
    })
  })
  let finished = (): void => undefined
  await new Promise<void>(resolve => (finished = resolve))
})

t.test('lines that nobody takes are dropped and counted', async t => {
  const file = await openFile('/dev/null')
  const long = entry(1, { padding: 'x'.repeat(100_000) })
  for (let count = 0; count < 50; count++) file.write(long)
  t.ok(file.linesDropped >= 39, `${file.linesDropped} of 50`)
  await close(file)
})
