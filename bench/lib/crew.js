import { fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processTree } from './proc.js'

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Side } from './network.js' */

const STOP_MILLIS = 3_000
const KEPT_OUTPUT = 200_000

/**
 * A process this run started.
 * @typedef {object} Member
 * @property {string} name
 * @property {number} pid
 * @property {ChildProcess} child
 * @property {bigint} startedAt nanoseconds of the clock that all processes of the machine share
 * @property {Promise<void>} ended settles when it has ended, however
 * @property {() => boolean} running
 * @property {() => readonly number[]} pids its own and those of all that descend from it; throws when it has ended
 * @property {() => string} output the last of what it wrote, for the message when it fails
 */

/** Owns the processes and temporary directories of a run and ends them by pid. */
export class Crew {
  /** @type {Set<Member>} */
  #members = new Set()
  /** @type {string[]} */
  #directories = []
  #disbanded = false

  /** A new empty directory that goes with the crew. */
  directory() {
    const path = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
    this.#directories.push(path)
    return path
  }

  /**
   * Starts a program; it keeps running until stopAll().
   * @param {Side} side
   * @param {string} file
   * @param {readonly string[]} args
   * @returns {Member}
   */
  start({ prefix }, file, args) {
    this.#mustBeOpen()
    const [command = file, ...words] = [...prefix, file, ...args]
    // A process group of its own: Ctrl-C reaches this process alone, which then ends the others in order.
    return this.#adopt(spawn(command, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] }), file)
  }

  /**
   * Starts a module of ours that is talked to with messages.
   * @param {Side} side
   * @param {URL} module
   * @param {string} [node] the Node.js that runs it
   * @returns {Member}
   */
  fork({ prefix }, module, node = process.execPath) {
    this.#mustBeOpen()
    const [execPath = node, ...execArgv] = [...prefix, node]
    const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe', 'ipc'])
    const child = fork(module, { detached: true, stdio: [...stdio], execPath, execArgv })
    return this.#adopt(child, module.pathname)
  }

  /** Ends every process at once and for good: the last thing before this process exits. */
  disband() {
    this.#disbanded = true
    for (const member of this.#members) kill(member)
    this.#removeDirectories()
  }

  /** Ends every process, kindly first, and removes the directories. */
  async stopAll() {
    await Promise.all([...this.#members].map(member => this.stop(member)))
    this.#removeDirectories()
  }

  #removeDirectories() {
    for (const path of this.#directories.splice(0)) rmSync(path, { recursive: true, force: true })
  }

  /**
   * Ends one process and what descends from it.
   * @param {Member} member
   */
  async stop(member) {
    if (!this.#members.has(member)) return
    member.child.kill('SIGTERM')
    const timer = setTimeout(() => kill(member), STOP_MILLIS)
    await member.ended
    clearTimeout(timer)
  }

  #mustBeOpen() {
    if (this.#disbanded) throw new Error('stopped')
  }

  /**
   * @param {ChildProcess} child
   * @param {string} name
   */
  #adopt(child, name) {
    const startedAt = process.hrtime.bigint()
    let output = ''
    /** @param {unknown} chunk */
    const keep = chunk => {
      output = (output + String(chunk)).slice(-KEPT_OUTPUT)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', keep)
    if (child.pid === undefined) throw new Error(`${name} could not be started`)
    /** @type {Promise<void>} */
    const ended = new Promise(resolve => {
      // Not at its exit: what it printed last may still be under way.
      child.once('close', () => resolve())
    })
    /** @type {Member} */
    const member = {
      name: name.split('/').at(-1) ?? name,
      pid: child.pid,
      child,
      startedAt,
      ended,
      running: () => this.#members.has(member),
      pids: () => {
        if (!this.#members.has(member)) throw new Error(`${name} ended: ${output.trim()}`)
        return processTree(member.pid)
      },
      output: () => output.trim(),
    }
    this.#members.add(member)
    void ended.then(() => this.#members.delete(member))
    return member
  }
}

/**
 * The last line a process printed: where programs say why they end. undefined when it said nothing.
 * @param {Member} member
 */
export function lastLine(member) {
  return member
    .output()
    .split('\n')
    .filter(line => line.trim() !== '')
    .at(-1)
    ?.trim()
}

/** @param {Member} member */
function kill(member) {
  try {
    // The whole group, of which it is the leader: the workers of an nginx outlive a killed master.
    process.kill(-member.pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
