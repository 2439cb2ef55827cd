import { readFileSync } from 'node:fs'
import t from 'tap'
import { isIsolated } from '../../fixtures/isolation.js'
import { isRefusal, runProgram } from '../../fixtures/run-program.js'

const BACKEND = ['--backend', '127.0.0.1:9']
/** Whoever owns the files can still read them, so the project may stand in a private directory. */
const UNPRIVILEGED = ['setpriv', '--bounding-set=-net_bind_service', '--inh-caps=-net_bind_service']
const FIRST_OPEN = '/proc/sys/net/ipv4/ip_unprivileged_port_start'

if (process.getuid?.() !== 0) refused([])
else if (await isIsolated(t, import.meta.url, [`echo 1024 >${FIRST_OPEN}`])) refused(UNPRIVILEGED)

/** @param prefix what takes the right to bind low ports from us */
function refused(prefix: readonly string[]): void {
  const open = firstOpenPort()
  const skip = open <= 80 ? `a normal user may bind ports from ${open} here` : false
  t.test('case 19: no permission', { skip }, async t => {
    for (const listener of ['127.0.0.1:80', 'udp://127.0.0.1:80']) {
      const ended = await runProgram(['--listen', listener, ...BACKEND, '--no-admin'], prefix)
      isRefusal(t, ended, `--listen ${listener}: permission denied (EACCES)`)
    }
    const ended = await runProgram(['--listen', '127.0.0.1:0', ...BACKEND, '--admin', '127.0.0.1:81'], prefix)
    isRefusal(t, ended, '--admin 127.0.0.1:81: permission denied (EACCES)')
  })
}

function firstOpenPort(): number {
  try {
    return Number(readFileSync(FIRST_OPEN, 'latin1'))
  } catch {
    return 0
  }
}
