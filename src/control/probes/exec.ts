import { spawn, type ChildProcess } from 'node:child_process'
import { env, kill } from 'node:process'
import type { Endpoint } from '../../core/backend.js'
import type { ProbeSpec } from '../../core/service.js'
import { attempt } from './attempt.js'
import { withPort } from './dial.js'
import { Printed } from './printed.js'
import type { Probe } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** Passes when the command exits with 0. It has a process group to itself, of which nothing is left afterwards. */
export function execProbe(spec: Extract<ProbeSpec, { kind: 'exec' }>): Probe {
  return (target, signal) =>
    attempt(signal, settle => {
      const child: ChildProcess = spawn('/bin/sh', ['-c', spec.command], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, ...describe(withPort(target, spec.port)) },
      })
      const [errors, output] = [new Printed(child.stderr), new Printed(child.stdout)]
      child.on('error', error => settle(verdictOf(error)))
      child.on('exit', code => {
        // Whatever it started and left behind would outlive it, and might hold the output open.
        killGroup(child)
        if (code === 0) settle(passed('exit 0'))
        errors.end()
        output.end()
      })
      child.on('close', (code, signalName) => {
        const how = signalName === null ? `exit ${code}` : `killed by ${signalName}`
        const said = errors.firstLine || output.firstLine
        settle(dead(said === '' ? how : `${how}: ${said}`))
      })
      return () => {
        if (child.exitCode === null && child.signalCode === null) killGroup(child)
        errors.close()
        output.close()
      }
    })
}

function describe(target: Endpoint): Record<string, string> {
  if (target.kind === 'unix') return { EVENKEEL_HOST: target.path, EVENKEEL_PORT: '' }
  return { EVENKEEL_HOST: target.host, EVENKEEL_PORT: String(target.port) }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // Nothing is left of the group, or what is left became another user's process.
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && code !== 'EPERM') throw error
  }
}
