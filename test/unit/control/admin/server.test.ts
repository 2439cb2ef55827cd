import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { AdminServer } from '../../../../src/control/admin/server.js'
import { adminSource, adminTools } from '../../../fixtures/admin-source.js'
import { FakeClock } from '../../../fixtures/fake-clock.js'

const clock = new FakeClock()
const MOST = 4
const tools = adminTools(adminSource(), { clock, observer: { warning: () => t.fail('nothing to warn of') } })

/** A directory whose name is short enough for the path of a unix socket. */
const directory = mkdtempSync(join(tmpdir(), 'evenkeel-'))
t.teardown(() => rmSync(directory, { recursive: true }))

t.test('a server that was not started stops at once', async t => {
  await new AdminServer({ kind: 'inet', host: '127.0.0.1', port: 0 }, tools, MOST).stop(1000)
  t.equal(clock.timers, 0)
})

t.test('start rejects with the error of the system, and stop is harmless then', async t => {
  const server = new AdminServer(
    { kind: 'unix', path: join(directory, 'missing', 'admin.sock') },
    tools,
    MOST,
  )
  const mask = process.umask()
  await t.rejects(server.start(), { code: 'ENOENT' })
  t.equal(process.umask(), mask, 'the process makes its files as before')
  await server.stop(1000)
})

t.test('a file in the way of a unix socket is left alone', async t => {
  const path = join(directory, 'taken')
  writeFileSync(path, 'bytes')
  await t.rejects(new AdminServer({ kind: 'unix', path }, tools, MOST).start(), { code: 'EADDRINUSE' })
})

t.test('a path that is too long for a unix socket is not cut off', async t => {
  const path = join(directory, 'x'.repeat(108 - directory.length))
  await t.rejects(new AdminServer({ kind: 'unix', path }, tools, MOST).start(), { code: 'ENAMETOOLONG' })
})
