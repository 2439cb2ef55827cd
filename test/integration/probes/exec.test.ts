import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, type ReadStream } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { execProbe } from '../../../src/control/probes/exec.js'
import type { Verdict } from '../../../src/control/probes/probe.js'
import type { Endpoint } from '../../../src/core/backend.js'
import { loopback, unhurried } from '../../fixtures/probe-targets.js'

function run(command: string, target: Endpoint = loopback(5432), signal = unhurried()): Promise<Verdict> {
  return execProbe({ kind: 'exec', port: undefined, command })(target, signal)
}

/** A pipe that opens when a process writes to it, and ends when the last one that could is gone. */
function watchedPipe(t: Test): { readonly path: string; readonly reader: ReadStream } {
  const path = join(t.testdir(), 'alive')
  execFileSync('mkfifo', [path])
  return { path, reader: createReadStream(path).resume() }
}

t.test('exit 0 passes, anything else fails with its first words', async t => {
  t.same(await run('true'), { kind: 'pass', reason: 'exit 0' })
  t.same(await run('exit 3'), { kind: 'fail', cause: 'dead', reason: 'exit 3' })
  t.match(await run('echo out; echo; echo "  no \tprimary" >&2; echo more >&2; exit 1'), {
    reason: 'exit 1: no  primary',
  })
  t.match(await run('printf "\\n\\nout\\n"; exit 1'), { reason: 'exit 1: out' })
  t.match(await run('nonexistent-command'), { reason: /^exit 127: .*not found/ })
  t.match(await run('kill -TERM $$'), { kind: 'fail', reason: 'killed by SIGTERM' })
})

t.test('what it prints neither blocks it nor is kept', async t => {
  const verdict = await run(
    'yes "ääääääääääääääääääääääääääääääääääääääääääääääääääää" | tr -d "\\n" | head -c 1000000; exit 1',
  )
  t.equal(verdict.reason, `exit 1: ${'ä'.repeat(80)}`)
})

t.test('one that prints too much waits, and nobody waits for it', async t => {
  const isAlive = 'head -c 20000000 /dev/zero & sleep 1; kill -0 $!'
  t.same(await run(isAlive), { kind: 'pass', reason: 'exit 0' }, 'nobody has read it to the end')
  t.match(await run('yes & sleep 0.3; exit 3'), { reason: 'exit 3: y' })
  t.match(await run('yes why >&2 & sleep 0.3; exit 3'), { reason: 'exit 3: why' })
})

t.test('the backend is in the environment, beside what is there already', async t => {
  const print = 'echo "$EVENKEEL_HOST|$EVENKEEL_PORT|${PATH:+path}"; exit 1'
  t.match(await run(print), { reason: 'exit 1: 127.0.0.1|5432|path' })
  t.match(await run(print, { kind: 'unix', path: '/run/db.sock' }), { reason: 'exit 1: /run/db.sock||path' })
  const other = execProbe({ kind: 'exec', port: 8008, command: print })
  t.match(await other(loopback(5432, 6), unhurried()), { reason: 'exit 1: ::1|8008|path' })
})

t.test('it has nothing to read', async t => {
  t.same(await run('cat'), { kind: 'pass', reason: 'exit 0' })
})

t.test('an abort kills the whole process group', async t => {
  const control = new AbortController()
  const { path, reader } = watchedPipe(t)
  const told = run(`exec 3>'${path}'; trap '' TERM; sleep 1000 & sleep 1000`, loopback(1), control.signal)
  await once(reader, 'open')
  const ended = once(reader, 'end')
  control.abort()
  t.equal((await told).kind, 'local')
  await ended
  t.ok(reader.readableEnded, 'no process has the pipe open')
})

for (const [code, kind] of [
  [0, 'pass'],
  [1, 'fail'],
] as const) {
  t.test(`what exit ${code} leaves behind is killed, and not waited for`, async t => {
    const { path, reader } = watchedPipe(t)
    const ended = once(reader, 'end')
    const verdict = await run(`exec 3>'${path}'; echo why; sleep 1000 & exit ${code}`)
    t.equal(verdict.kind, kind)
    await ended
    t.ok(reader.readableEnded)
  })
}

t.test('a command that the system does not take', async t => {
  t.match(await run(`: ${'x'.repeat(4_000_000)}`), { kind: 'fail', reason: 'E2BIG' })
})
