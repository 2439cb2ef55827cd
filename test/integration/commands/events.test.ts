import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import { askedAbout } from '../../fixtures/commands.js'
import { BIN, cleanEnvironment } from '../../fixtures/evenkeel.js'
import type { FakeAdmin } from '../../fixtures/fake-admin.js'
import { runProgram } from '../../fixtures/run-program.js'

t.jobs = 2

/** A command that goes on until it is stopped, and the lines it has written. */
function follow(t: Test, fake: FakeAdmin, ...args: readonly string[]) {
  const child = spawn(
    'env',
    ['-u', 'NODE_OPTIONS', process.execPath, BIN, 'events', '--follow', '--admin', fake.address, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: cleanEnvironment() },
  )
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  const outputs = { stdout: createInterface(child.stdout), stderr: createInterface(child.stderr) }
  const lines = (from: keyof typeof outputs) => {
    const iterator = outputs[from][Symbol.asyncIterator]()
    return async (): Promise<string> => String((await iterator.next()).value)
  }
  return { child, ended, line: lines('stdout'), complaint: lines('stderr') }
}

async function connected(fake: FakeAdmin): Promise<void> {
  while (fake.streams === 0) await new Promise(resolve => setTimeout(resolve, 5))
}

t.test('events shows the last 20, oldest first', { buffered: true }, async t => {
  const { fake, read } = await askedAbout(t, [])
  for (let number = 1; number <= 25; number++) fake.tell('ready', `ready ${number}`, { service: 'db' })
  const { code, stdout, stderr } = await read('events')
  t.same({ code, stderr }, { code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  t.equal(lines.length, 20)
  t.match(lines[0], /^\d\d:\d\d:\d\d\.\d{3} INFO {2}\[db\] ready 6$/)
  t.match(lines[19], /ready 25$/)
})

t.test('events --since shows all of that time, --json as they are', { buffered: true }, async t => {
  const { fake, read } = await askedAbout(t, [])
  for (let number = 1; number <= 25; number++) fake.tell('ready', `ready ${number}`)
  const lines = (await read('events', '--since', '1h', '--json')).stdout.trimEnd().split('\n')
  t.same(
    lines.map(line => JSON.parse(line) as unknown),
    fake.entries,
  )
  t.match(await read('events', '--since', '2999-01-01'), { code: 0, stdout: /^$/ })
  t.match(fake.asked.at(-1)?.path, /since=2999-01-01T00%3A00%3A00\.000Z/)
})

t.test('a time that is none is a usage error', { buffered: true }, async t => {
  for (const [since, problem] of [
    ['5x', 'not a duration (examples: 250ms, 2s, 1.5h)'],
    ['yesterday', 'neither a duration such as 1h nor an ISO time such as 2026-11-23T08:00Z'],
  ] as const) {
    const { code, stderr } = await runProgram(['events', '--since', since])
    t.same({ code, stderr }, { code: 2, stderr: `evenkeel: --since "${since}": ${problem}\n` })
  }
})

t.test('events --follow goes on without a gap, until Ctrl-C', { buffered: true }, async t => {
  const { fake } = await askedAbout(t, [])
  fake.tell('ready', 'before')
  const { child, ended, line } = follow(t, fake)
  t.match(await line(), /before$/)
  await connected(fake)
  t.match(fake.asked.at(-1), { path: '/api/v1/events', lastEventId: '1' })
  fake.tell('ready', 'after')
  t.match(await line(), /after$/)
  child.kill('SIGINT')
  t.same(await ended, [0, null])
})

t.test('a lost connection is told once, and what was missed is made up for', { buffered: true }, async t => {
  const { fake } = await askedAbout(t, [])
  const { child, ended, line, complaint } = follow(t, fake, '--json')
  await connected(fake)
  fake.tell('ready', 'one')
  t.match(JSON.parse(await line()), { id: 1, msg: 'one' })
  await fake.vanish()
  t.match(
    await complaint(),
    new RegExp(`^evenkeel: --admin ${fake.address}: ECONNRE\\w+ \\(.*\\): trying again$`),
  )
  fake.tell('ready', 'two')
  await fake.listen()
  t.match(JSON.parse(await line()), { id: 2, msg: 'two' })
  child.kill('SIGTERM')
  t.same(await ended, [0, null])
})

t.test('a reader that has seen enough ends it', { buffered: true }, async t => {
  const { fake } = await askedAbout(t, [])
  fake.tell('ready', 'before')
  const pipe = ['sh', '-c', '{ "$0" "$@"; echo "ended with $?" >&2; } | head -1']
  const ended = runProgram(['events', '--follow', '--admin', fake.address], pipe)
  await connected(fake)
  const timer = setInterval(() => fake.tell('ready', 'after'), 20)
  const { stdout, stderr } = await ended
  clearInterval(timer)
  t.match(stdout, /^[^\n]*before\n$/)
  t.equal(stderr, 'ended with 0\n')
})
