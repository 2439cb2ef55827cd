import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { programEnvironment, runProgram } from '../services/run-program.js'

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname
const PROGRAM_MISSING = 77

const examples = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)
const runnable = examples.filter(name => existsSync(join(EXAMPLES, name, 'run.sh')))
/** Those about running evenkeel, which balance nothing themselves. */
const OPERATION = ['config', 'docker', 'grafana', 'prometheus', 'systemd']

for (const name of runnable) {
  t.test(name, async t => {
    const example = startExample(t, name)
    const { code, output } = await example.finished
    if (code === PROGRAM_MISSING && process.env['EVENKEEL_REQUIRE_SERVICES'] !== '1') {
      t.pass(name, { skip: output.trim() })
      return
    }
    t.equal(code, 0, 'exit 0', { output })
    if (!OPERATION.includes(name)) t.match(output, /is down/, 'a failover was shown')
    example.leavesNothing(t)
  })
}

t.test('the commands in the READMEs are valid', async t => {
  for (const name of examples.filter(name => name !== 'grafana')) {
    const readme = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8')
    const [, own = ''] = readme.split('## With your own servers')
    const commands = own.match(/^ {4}evenkeel .*(\n {5,}.*)*/gm) ?? []
    t.ok(commands.length > 0, `${name} has some`)
    for (const command of commands) {
      // Whether this machine could balance in the kernel is another question.
      const checks = command.includes('--datapath kernel') ? 'ruleset' : 'check'
      const script = `evenkeel() { [ "$1" != check ] || shift; "$0" bin/evenkeel.js ${checks} "$@"; }\n${command}`
      const { code, output } = await runProgram('sh', ['-euc', script, process.execPath])
      t.equal(code, 0, command.trim(), { output })
    }
  }
})

t.test('an example that is interrupted cleans up', async t => {
  const example = startExample(t, 'http')
  await example.prints('six requests')
  example.interrupt()
  const { code } = await example.finished
  t.equal(code, 130, 'it was ended by the signal')
  example.leavesNothing(t)
})

/** Runs an example in a process group and a temporary directory of its own. */
function startExample(t: Test, name: string) {
  const temporary = mkdtempSync(join(tmpdir(), 'evenkeel-examples-'))
  // The servers that do not run as root have to get in.
  chmodSync(temporary, 0o755)
  t.teardown(() => rmSync(temporary, { recursive: true }))
  const child = spawn('sh', [join(EXAMPLES, name, 'run.sh')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: programEnvironment({ TMPDIR: temporary }),
  })
  if (child.pid === undefined) throw new Error('no shell')
  const group = -child.pid
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  return {
    finished: (async () => ({ code: await code, output: (await output).join('') }))(),
    async prints(wanted: string): Promise<void> {
      let seen = ''
      await new Promise<void>((resolve, reject) => {
        child.stdout.on('data', (chunk: Buffer) => {
          seen += String(chunk)
          if (seen.includes(wanted)) resolve()
        })
        child.once('close', () => reject(new Error(`ended without "${wanted}": ${seen}`)))
      })
    },
    /** What Ctrl-C does. */
    interrupt: () => process.kill(group, 'SIGINT'),
    leavesNothing(t: Test): void {
      t.throws(() => process.kill(group, 0), { code: 'ESRCH' }, 'no process is left')
      t.same(readdirSync(temporary), [], 'no file is left')
    },
  }
}
