import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { listenTcp } from '../../fixtures/probe-targets.js'

/** Longer than the probe's timeout and than what passes for a late beat. */
const STOPPED_MS = 700

t.test('a process that was stopped during a probe probes again and blames nobody', async t => {
  const connections: Socket[] = []
  const arrivals: ((socket: Socket) => void)[] = []
  const target = await listenTcp(t, socket => {
    connections.push(socket)
    arrivals.shift()?.(socket)
  })
  const arrival = (): Promise<Socket> => new Promise(resolve => arrivals.push(resolve))
  const first = arrival()
  const port = String(target.kind === 'inet' ? target.port : 0)
  const child = spawn(process.execPath, [...process.execArgv, 'test/fixtures/probing-child.ts', port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))

  const unanswered = await first
  child.kill('SIGSTOP')
  const second = arrival()
  await delay(STOPPED_MS)
  unanswered.write('+')
  child.kill('SIGCONT')
  const again = await second
  again.write('+')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  t.same(JSON.parse(String(line)), { kind: 'pass', reason: 'answered' }, 'one verdict, and no timeout')
  t.equal(connections.length, 2)
})
