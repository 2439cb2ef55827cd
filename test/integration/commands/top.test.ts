import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { askedAbout, type Asked } from '../../fixtures/commands.js'
import { BIN } from '../../fixtures/evenkeel.js'
import { backendView, downView, serviceView, type FakeService } from '../../fixtures/fake-admin.js'
import { needs } from '../../services/programs.js'
import { openTerminal, type TmuxTerminal } from '../../services/tmux.js'

t.jobs = 2

const inTmux = { buffered: true, skip: needs('tmux') }

const services = (): FakeService[] => [
  serviceView('db', [
    backendView('db1', { sessionsActive: 12 }),
    downView('db2', { address: '10.0.0.12:5432' }),
    backendView('db3', { state: 'drain' }),
  ]),
]

const many = (): FakeService[] => [
  serviceView(
    'db',
    Array.from({ length: 40 }, (_, index) => backendView(`db${index}`)),
  ),
]

async function top(
  t: Test,
  of: FakeService[],
  { columns = 80, rows = 24, token = true } = {},
): Promise<Asked & { terminal: TmuxTerminal }> {
  const asked = await askedAbout(t, of)
  const flags = token ? asked.flags : asked.flags.slice(0, 2)
  const command = ['exec', 'env', '-u', 'NODE_OPTIONS', process.execPath, BIN, 'top', ...flags].join(' ')
  const terminal = await openTerminal(t, `(${command})`, columns, rows)
  await terminal.until(screen => screen.includes('quit'))
  return { ...asked, terminal }
}

/** Checks that a terminal is as it was before. */
async function isGivenBack(t: Test, terminal: TmuxTerminal, code: number): Promise<string> {
  const screen = await terminal.until(screen => screen.includes('ended with'))
  t.match(screen, `ended with ${code}`)
  t.same(await terminal.state(), { cursor: true, alternate: false })
  const settings = execFileSync('stty', ['-a', '-F', (await terminal.pane()).tty], { encoding: 'utf8' })
  t.match(settings, / icanon /, 'lines are read as before')
  t.match(settings, / echo /)
  return screen
}

/** The process that runs in the terminal: the child of its shell. */
async function processOf(terminal: TmuxTerminal): Promise<number> {
  const { pid } = await terminal.pane()
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}

t.test('top fills a terminal of 80 x 24, and leaves it clean', inTmux, async t => {
  const { fake, terminal } = await top(t, services())
  fake.tell('backend-state', 'db2 is down: connection refused (ECONNREFUSED)', { service: 'db' })
  await terminal.until(screen => screen.includes('[db] db2 is down'))
  const lines = await terminal.lines()
  t.match(lines[0], /1 service {2}3 backends \(1 down\) {2}12 sessions/)
  t.match(lines.slice(3, 7), [/^db /, /^> ● db1 +up +12 /, /^ {2}✗ db2 +down: dead /, /^ {2}○ db3 +drain /])
  t.match(lines[23], /q quit$/)
  t.same(await terminal.state(), { cursor: false, alternate: true })
  await terminal.type('q')
  const screen = await isGivenBack(t, terminal, 0)
  t.notMatch(screen, 'db1', 'what was there before is there again')
})

t.test('keys drain, make ready and end sessions', inTmux, async t => {
  const { fake, terminal } = await top(t, services())
  await terminal.type('d')
  await terminal.until(screen => screen.includes('db/db1 is in drain') && /○ db1 +drain/.test(screen))
  await terminal.type('r')
  await terminal.until(screen => screen.includes('db/db1 is in ready') && /● db1 +up/.test(screen))
  await terminal.type('x')
  await terminal.until(screen => screen.includes('end 12 sessions of db/db1? y/n'))
  await terminal.type('n')
  await terminal.until(screen => !screen.includes('y/n'))
  t.equal(fake.services[0]?.backends[0]?.sessionsActive, 12)
  await terminal.type('x', 'y')
  await terminal.until(
    screen => screen.includes('the sessions of db/db1 were ended') && /db1 +up +0 /.test(screen),
  )
  await terminal.type('Down', 'm')
  await terminal.until(screen => /> ✗ db2 +maintenance/.test(screen))
  await terminal.typeAtOnce('Up', 'd', 'Down', 'Down', 'm')
  await terminal.until(screen => /○ db1 +drain/.test(screen) && /> . db3 +maintenance/.test(screen))
})

t.test('without a token it says so, and what is tried', inTmux, async t => {
  const { terminal } = await top(t, services(), { token: false })
  await terminal.until(screen => screen.includes('no token: nothing can be changed'))
  await terminal.type('d')
  await terminal.until(screen => screen.includes('changes need the admin token, looked for it in /'))
})

t.test('it scrolls, filters and helps', inTmux, async t => {
  const { terminal } = await top(t, many())
  t.notMatch(await terminal.until(screen => screen.includes('> ● db0 ')), 'db39')
  await terminal.type('G')
  t.notMatch(await terminal.until(screen => screen.includes('> ● db39 ')), 'db1 ')
  await terminal.type('/', 'd', 'b', '1', '7', 'Enter')
  t.notMatch(await terminal.until(screen => /filter "db17"/.test(screen)), 'db39')
  await terminal.type('Escape')
  await terminal.until(screen => screen.includes('db16 ') && !screen.includes('filter "'))
  await terminal.type('?')
  await terminal.until(screen => screen.includes('Any key goes back.'))
})

t.test('it follows the size of the terminal', inTmux, async t => {
  const { terminal } = await top(t, many())
  await terminal.resize(120, 60)
  const wide = await terminal.until(screen => screen.includes('db39 ') && /q quit$/.test(screen))
  t.match(wide, /LAST MINUTE/)
  t.equal(wide.split('\n').length, 60)
  t.match(wide.split('\n')[59], /q quit$/)
  await terminal.resize(80, 12)
  const small = await terminal.until(screen => screen.split('\n').length === 12 && /q quit$/.test(screen))
  t.match(small, /> ● db0 /)
  t.notMatch(small, 'db39')
})

t.test('it goes on when the process comes back', inTmux, async t => {
  const { fake, terminal } = await top(t, services())
  await fake.vanish()
  await terminal.until(screen => screen.includes('connection lost, trying again (ECONN'))
  fake.services = many()
  await fake.listen()
  await terminal.until(screen => screen.includes('40 backends') && !screen.includes('lost'))
})

for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
  t.test(`${signal} leaves the terminal clean`, inTmux, async t => {
    const { terminal } = await top(t, services())
    process.kill(await processOf(terminal), signal)
    await isGivenBack(t, terminal, 0)
  })
}

t.test('Ctrl-C does, and so does a crash', inTmux, async t => {
  const one = await top(t, services())
  await one.terminal.type('C-c')
  await isGivenBack(t, one.terminal, 0)
  const other = await top(t, services())
  // No server of ours sends this.
  other.fake.services = [null] as never
  other.fake.show()
  t.match(await isGivenBack(t, other.terminal, 1), 'TypeError', 'and what went wrong is to be seen')
})

t.test('top prints a table where there is no terminal', { buffered: true }, async t => {
  const { read } = await askedAbout(t, services())
  const [top, status] = [await read('top'), await read('status')]
  t.match(top, { code: 0, stderr: '' })
  t.equal(top.stdout, status.stdout)
})
