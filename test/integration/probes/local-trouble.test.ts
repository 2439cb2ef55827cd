import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { listenTcp } from '../../fixtures/probe-targets.js'

t.test('a process without file descriptors blames no backend', async t => {
  const target = await listenTcp(t, () => undefined)
  const port = target.kind === 'inet' ? target.port : 0
  const { stdout } = await promisify(execFile)('/bin/sh', [
    '-c',
    'ulimit -n 200 && exec "$@"',
    'sh',
    process.execPath,
    ...process.execArgv,
    'test/fixtures/starved-probes.ts',
    String(port),
  ])
  const local = { kind: 'local', reason: 'no file descriptor left (EMFILE)' }
  t.same(JSON.parse(stdout), [local, local, local, local])
})
