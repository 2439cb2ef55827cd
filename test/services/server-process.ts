import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Test } from 'tap'
import { programEnvironment } from './run-program.js'

const READY_WITHIN_MS = 20_000

/** How to start a server, and how to see that it serves: a line of its output, or a TCP port that accepts. */
export interface ServerSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly ready: RegExp | { readonly port: number }
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

const running = new Set<ServerProcess>()

// A test that runs out of time must not leave servers behind.
process.once('exit', () => {
  for (const server of running) server.signal('SIGKILL')
})

/** A server in a process of its own. */
export class ServerProcess {
  readonly #child: ChildProcess
  readonly #spec: ServerSpec
  #output = ''

  constructor(spec: ServerSpec) {
    this.#spec = spec
    this.#child = spawn(spec.command, spec.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: spec.cwd,
      env: programEnvironment(spec.env),
    })
    running.add(this)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
    this.#child.once('exit', () => running.delete(this))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Everything it has written so far. */
  get output(): string {
    return this.#output
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  /** Sends a signal that ends it and resolves when it has ended. */
  async end(name: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.signal(name)
    await once(this.#child, 'exit')
  }

  /** Resolves once it serves; rejects when it ends before, or does not get there. */
  async ready(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS
    while (!(await this.#serves())) {
      const { exitCode, signalCode } = this.#child
      if (exitCode !== null || signalCode !== null || performance.now() > deadline) {
        throw new Error(`${this.#spec.command} does not serve (exit ${exitCode}): ${this.#output}`)
      }
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }

  async #serves(): Promise<boolean> {
    const { ready } = this.#spec
    return ready instanceof RegExp ? ready.test(this.#output) : accepts(ready.port)
  }
}

/** Starts a server and waits until it serves. It is killed when the test ends. */
export async function startServer(t: Test, spec: ServerSpec): Promise<ServerProcess> {
  const server = new ServerProcess(spec)
  t.teardown(() => server.end('SIGKILL'))
  await server.ready()
  return server
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
