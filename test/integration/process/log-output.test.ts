import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { UNPROBED } from '../../fixtures/balanced-tcp.js'
import {
  BIN,
  cleanEnvironment,
  launchEvenkeel,
  startEvenkeel,
  type Evenkeel,
} from '../../fixtures/evenkeel.js'
import { Mailbox } from '../../fixtures/mailbox.js'
import { echoed } from '../../fixtures/tcp-client.js'
import { echo, serveTcp } from '../../fixtures/tcp-server.js'

const FLAGS = ['--listen', '127.0.0.1:0', '--access-log', ...UNPROBED]

t.jobs = 2

t.test('--log-format pretty is for people, also in a pipe', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const flags = [...FLAGS, '--backend', `${server.address},name=one`, '--no-admin', '--log-format', 'pretty']
  const child = spawn(process.execPath, [BIN, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: cleanEnvironment(),
  })
  t.teardown(() => child.kill('SIGKILL'))
  const lines = new Mailbox<string>()
  createInterface({ input: child.stdout }).on('line', line => lines.push(plain(line)))
  const listening = await lines.find(line => line.includes('listening on'))
  const port = Number(/tcp:\/\/127\.0\.0\.1:(\d+)/.exec(listening)?.[1])
  await lines.find(line => line.endsWith('ready'))
  t.equal(await echoed(port, 'hello'), 'hello')
  await lines.find(line => / to one: client-closed after [\d.]+ ms$/.test(line))
  child.kill('SIGTERM')
  await lines.find(line => line.endsWith('stopped'))
  for (const line of lines.all) t.match(line, /^\[\d\d:\d\d:\d\d\.\d+\] INFO: \S/)
})

t.test('a log reader that goes away does not end it', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = await startEvenkeel(t, [...FLAGS, '--backend', server.address])
  evenkeel.process.stdout?.destroy()
  await losesLines(t, evenkeel, evenkeel.port)
})

t.test('`| head -1` does not end it', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const directory = t.testdir()
  const [pipe, head] = [join(directory, 'pipe'), join(directory, 'head')]
  const evenkeel = launchEvenkeel(t, [...FLAGS, '--backend', server.address], {
    shell: `mkfifo ${pipe}; head -n 1 ${pipe} >${head} & exec >${pipe};`,
  })
  const port = await portOf(evenkeel)
  await losesLines(t, evenkeel, port)
  t.match(JSON.parse(readFileSync(head, 'utf8')), { event: 'listening', port })
})

t.test('a full disk does not end it', { buffered: true }, async t => {
  const server = await serveTcp(t, echo)
  const evenkeel = launchEvenkeel(t, [...FLAGS, '--backend', server.address], { shell: 'exec >/dev/full;' })
  await losesLines(t, evenkeel, await portOf(evenkeel))
})

/** Runs a program on a terminal of its own, hangs up when it is ready, then ends it and prints how that went. */
const HANG_UP = `
import os, pty, signal, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=slave, stdout=slave, start_new_session=True)
os.close(slave)
output = b''
while b'"ready"' not in output:
    output += os.read(master, 65536)
os.close(master)
child.send_signal(signal.SIGTERM)
print(child.wait(20))
`
const withoutPython = spawnSync('python3', ['-c', 'import pty']).status === 0 ? false : 'python3 is missing'

t.test('a terminal that hangs up does not end it', { buffered: true, skip: withoutPython }, async t => {
  const flags = [...FLAGS, '--backend', '127.0.0.1:9', '--no-admin', '--log-format', 'json']
  const child = spawn('python3', ['-c', HANG_UP, process.execPath, BIN, ...flags], {
    env: cleanEnvironment(),
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  t.same({ stdout, stderr }, { stdout: '0\n', stderr: '' })
})

/** Serves on while lines are lost, counts them, and ends when it is told to. */
async function losesLines(t: Test, evenkeel: Evenkeel, port: number): Promise<void> {
  const dropped = await evenkeel.until(
    async () => {
      t.equal(await echoed(port, 'hello'), 'hello')
      return evenkeel.metric('evenkeel_log_lines_dropped_total')
    },
    count => count > 0,
  )
  t.ok(dropped > 0, `${dropped} lines are lost and counted`)
  t.equal(await echoed(port, 'and on'), 'and on')
  evenkeel.signal('SIGTERM')
  t.same(await evenkeel.exit(), { code: 0, signal: null })
  t.equal(evenkeel.stderr, '')
}

/** The port of the first listener, from the admin server, once that answers. */
async function portOf(evenkeel: Evenkeel): Promise<number> {
  const { body } = await evenkeel.until(
    () => evenkeel.get('/api/v1/services').catch(() => ({ status: 0, body: '' })),
    ({ status, body }) => status === 200 && /"port":\d/.test(body),
  )
  return Number(/"port":(\d+)/.exec(body)?.[1])
}

/** Without the colours. */
function plain(line: string): string {
  return line.replace(/\u001b\[\d+m/g, '')
}
