import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { ConfigFile } from '../../fixtures/config-file.js'
import { kernelOnly } from '../../fixtures/routed-network.js'
import { runProgram } from '../../fixtures/run-program.js'

const BASE = ['--datapath', 'kernel', '--no-admin']
const LISTEN = ['--listen', 'tcp://198.18.0.1:5432']
const BACKEND = ['--backend', '198.19.0.1:5432']
const SOCKET = join(tmpdir(), 'evenkeel-refused.sock')

/** Flags that the kernel cannot do, each with the one that is to be named. */
const REFUSED: readonly (readonly [flag: string, flags: readonly string[]])[] = [
  ['--hold', [...LISTEN, ...BACKEND, '--hold', '1s']],
  ['--connect-attempts', [...LISTEN, ...BACKEND, '--connect-attempts', '5']],
  ['--access-log', [...LISTEN, ...BACKEND, '--access-log']],
  ['--workers', [...LISTEN, ...BACKEND, '--workers', '2']],
  ['--listen', ['--listen', `unix:${SOCKET}`, ...BACKEND]],
  ['--backend', [...LISTEN, '--backend', `unix:${SOCKET}`]],
]

for (const [flag, flags] of REFUSED) {
  t.test(`${flag} that the kernel cannot do`, { skip: kernelOnly }, async t => {
    for (const command of [[], ['check']]) {
      const { code, stdout, stderr } = await runProgram([...command, ...flags, ...BASE])
      t.equal(code, 2)
      t.equal(stdout, '')
      t.match(stderr, new RegExp(`^evenkeel: ${flag}\\b[^\\n]*kernel[^\\n]*\\n$`), 'named, in one line')
    }
  })
}

t.test('in a config file', { skip: kernelOnly }, async t => {
  const service = { listen: ['tcp://198.18.0.1:5432'], backends: ['198.19.0.1:5432'], hold: '1s' }
  const file = new ConfigFile(t, { datapath: 'kernel', admin: false, services: { db: service } })
  const { code, stderr } = await runProgram(['--config', file.path])
  t.equal(code, 2)
  t.match(stderr, /services\.db\.hold\b[^\n]*kernel[^\n]*\n$/)
})
