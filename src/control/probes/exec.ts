import { spawn, type ChildProcess } from 'node:child_process'
import { env, kill } from 'node:process'
import type { Readable } from 'node:stream'
import type { Endpoint } from '../../core/backend.js'
import type { ProbeSpec } from '../../core/service.js'
import { attempt } from './attempt.js'
import { withPort } from './dial.js'
import type { Probe } from './probe.js'
import { dead, passed, verdictOf } from './verdict.js'

/** More than this of what a command prints is not kept; the rest is read and forgotten. */
const OUTPUT_LIMIT = 4096

/** The most characters of what a command printed that a reason quotes. */
const QUOTED = 80

/** Passes when the command exits with 0. It has a process group to itself, of which nothing is left afterwards. */
export function execProbe(spec: Extract<ProbeSpec, { kind: 'exec' }>): Probe {
  return (target, signal) =>
    attempt(signal, settle => {
      const child: ChildProcess = spawn('/bin/sh', ['-c', spec.command], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, ...describe(withPort(target, spec.port)) },
      })
      const firstError = readFirstLine(child.stderr)
      const firstLine = readFirstLine(child.stdout)
      child.on('error', error => settle(verdictOf(error)))
      child.on('exit', code => {
        // Whatever it started and left behind would outlive it, and might hold the output open.
        killGroup(child)
        if (code === 0) settle(passed('exit 0'))
      })
      child.on('close', (code, signalName) => {
        const how = signalName === null ? `exit ${code}` : `killed by ${signalName}`
        const said = firstError() || firstLine()
        settle(dead(said === '' ? how : `${how}: ${said}`))
      })
      return () => {
        if (child.exitCode === null && child.signalCode === null) killGroup(child)
        child.stdout?.destroy()
        child.stderr?.destroy()
      }
    })
}

function describe(target: Endpoint): Record<string, string> {
  if (target.kind === 'unix') return { EVENKEEL_HOST: target.path, EVENKEEL_PORT: '' }
  return { EVENKEEL_HOST: target.host, EVENKEEL_PORT: String(target.port) }
}

/** Reads to the end and returns how to get the first line with something on it, or '' if there is none. */
function readFirstLine(output: Readable | null): () => string {
  let text = Buffer.alloc(0)
  output?.on('data', (chunk: Buffer) => {
    if (text.length < OUTPUT_LIMIT)
      text = Buffer.concat([text, chunk.subarray(0, OUTPUT_LIMIT - text.length)])
  })
  return () => {
    const line =
      text
        .toString()
        .split(/[\r\n]+/)
        .find(line => line.trim() !== '') ?? ''
    return [...line.replace(/\p{C}+/gu, ' ').trim()].slice(0, QUOTED).join('')
  }
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
