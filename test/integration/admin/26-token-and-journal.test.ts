import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { JournalEntry } from '../../../src/api/views.js'
import { launchEvenkeel, startEvenkeel, type Evenkeel } from '../../fixtures/evenkeel.js'
import { refuseTcp } from '../../fixtures/tcp-server.js'

interface Process {
  readonly evenkeel: Evenkeel
  ask(method: string, path: string, token?: string, body?: string): Promise<Response>
}

/** Starts the program with its runtime directory in `directory`. */
async function start(t: Test, directory: string, ...args: readonly string[]): Promise<Process> {
  const backend = await refuseTcp(t)
  const evenkeel = await startEvenkeel(
    t,
    ['-l', '127.0.0.1:0', '-b', `${backend.address},name=db1`, '--admin', '127.0.0.1:0', ...args],
    { env: { XDG_RUNTIME_DIR: directory } },
  )
  const { address } = await evenkeel.event('admin', ({ action }) => action === 'listening')
  return {
    evenkeel,
    ask: (method, path, token, body) =>
      fetch(`http://${String(address)}/api/v1${path}`, {
        method,
        ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
        ...(body === undefined ? {} : { body }),
      }),
  }
}

const DRAIN = ['PATCH', '/services/default/backends/db1'] as const

t.test('case 26: the generated token', async t => {
  const directory = t.testdir()
  const { evenkeel, ask } = await start(t, directory)
  const [name = '', ...others] = readdirSync(join(directory, 'evenkeel'))
  t.strictSame(others, [])
  t.match(name, /^127\.0\.0\.1-\d+\.token$/)
  const path = join(directory, 'evenkeel', name)
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  const token = readFileSync(path, 'utf8').trim()
  for (const wrong of [undefined, 'wrong', `${token}x`]) {
    const refused = await ask(...DRAIN, wrong, '{"state":"drain"}')
    t.strictSame([refused.status, refused.headers.get('www-authenticate')], [401, 'Bearer'])
  }
  const changed = await ask(...DRAIN, token, '{"state":"drain"}')
  t.strictSame([changed.status, ((await changed.json()) as { state: string }).state], [200, 'drain'])
  await evenkeel.event('admin', ({ action }) => action !== 'listening')
  t.notMatch(JSON.stringify(evenkeel.events) + evenkeel.stderr, token, 'the token is not logged')
  evenkeel.signal('SIGTERM')
  await evenkeel.exit()
  t.equal(existsSync(path), false)
})

t.test('a token of ones own, and one that cannot be used', async t => {
  const directory = t.testdir({ token: 'a-token-of-ones-own\n', short: 'short' })
  const token = join(directory, 'token')
  const { evenkeel, ask } = await start(t, directory, '--admin-token-file', token)
  t.equal((await ask(...DRAIN, 'a-token-of-ones-own', '{"weight":2}')).status, 200)
  t.match(await evenkeel.event('warning'), { msg: /token file .* can be read by others/ })
  t.equal(existsSync(join(directory, 'evenkeel')), false, 'none is generated')
  evenkeel.signal('SIGTERM')
  await evenkeel.exit()
  t.ok(existsSync(token))
  for (const [file, why] of [
    ['short', /at least 16/],
    ['missing', /ENOENT/],
  ] as const) {
    const path = join(directory, file)
    const failed = launchEvenkeel(t, ['-l', '127.0.0.1:0', '-b', '127.0.0.1:9', '--admin-token-file', path])
    t.match(await failed.exit(), { code: 1 })
    t.match(failed.stderr, new RegExp(`^.*--admin-token-file ${path}: .*\\n$`))
    t.match(failed.stderr, why)
  }
})

t.test('the journal on disk outlives a kill, and ids go on', async t => {
  const directory = t.testdir()
  const file = join(directory, 'journal')
  const first = await start(t, directory, '--journal', file)
  await first.evenkeel.backendState('db1', 'down')
  await first.evenkeel.event('failover')
  const read = async ({ ask }: Process): Promise<readonly JournalEntry[]> =>
    ((await (await ask('GET', '/journal?since=1h')).json()) as { entries: JournalEntry[] }).entries
  const before = await read(first)
  t.match(
    before.map(({ event }) => event),
    ['listening', 'admin', 'ready', 'backend-state', 'failover'],
  )
  const lines = (): readonly JournalEntry[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as JournalEntry)
  await first.evenkeel.until(
    () => Promise.resolve(lines().length),
    count => count >= before.length,
  )
  t.strictSame(lines(), before)
  first.evenkeel.signal('SIGKILL')
  await first.evenkeel.exit()

  const second = await start(t, directory, '--journal', file)
  const after = await read(second)
  t.strictSame(after.slice(0, before.length), before)
  t.strictSame(
    after.map(({ id }) => id),
    after.map((_, index) => index + 1),
  )
  second.evenkeel.signal('SIGTERM')
  await second.evenkeel.exit()
  t.match(lines().at(-1), { event: 'stopped' })
})

t.test('a journal that cannot be written is an error of the start', async t => {
  const path = join(t.testdir(), 'missing', 'journal')
  const failed = launchEvenkeel(t, ['-l', '127.0.0.1:0', '-b', '127.0.0.1:9', '--journal', path])
  t.match(await failed.exit(), { code: 1 })
  t.match(failed.stderr, new RegExp(`^.*--journal ${path}: .*ENOENT.*\\n$`))
})
