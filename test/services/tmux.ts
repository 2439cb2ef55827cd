import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { pathOf } from './programs.js'
import { runProgram } from './run-program.js'

/** What tmux itself needs of an environment. */
const ENVIRONMENT = ['env', 'LC_ALL=C.UTF-8', 'TERM=xterm-256color', 'HOME=/nonexistent']

/** A terminal with a command in it, which a test looks at and types into. */
export class TmuxTerminal {
  readonly #socket = `evenkeel-${randomUUID().slice(0, 8)}`

  /** Runs a shell command; the terminal is there until {@link close}, also when the command has ended. */
  async open(command: string, columns: number, rows: number): Promise<void> {
    const size = ['-x', String(columns), '-y', String(rows)]
    await this.#tmux(
      '-f',
      '/dev/null',
      '-u',
      'new-session',
      '-d',
      ...size,
      `${command}; echo "ended with $?"; exec cat`,
    )
  }

  /** The lines that are to be seen, without spaces at their ends. */
  async lines(): Promise<string[]> {
    return (await this.#tmux('capture-pane', '-p')).split('\n').slice(0, -1)
  }

  /** Resolves with what is to be seen once it pleases; rejects, with what was seen, when it takes too long. */
  async until(pleases: (screen: string) => boolean, patienceMs = 15_000): Promise<string> {
    const end = performance.now() + patienceMs
    for (;;) {
      const screen = (await this.lines()).join('\n')
      if (pleases(screen)) return screen
      if (performance.now() > end) throw new Error(`this is what is to be seen:\n${screen}`)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  /** Types keys, by the names that tmux has for them. */
  async type(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#tmux('send-keys', key)
  }

  /** Types keys that arrive together. */
  async typeAtOnce(...keys: readonly string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys)
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** Whether the cursor is to be seen, and whether it is the screen for full-screen programs that is. */
  async state(): Promise<{ readonly cursor: boolean; readonly alternate: boolean }> {
    const [cursor, alternate] = (await this.#tmux('display', '-p', '#{cursor_flag} #{alternate_on}'))
      .trim()
      .split(' ')
    return { cursor: cursor === '1', alternate: alternate === '1' }
  }

  /** The process in the terminal, which is a shell, and the terminal's settings. */
  async pane(): Promise<{ readonly pid: number; readonly tty: string }> {
    const [pid, tty = ''] = (await this.#tmux('display', '-p', '#{pane_pid} #{pane_tty}')).trim().split(' ')
    return { pid: Number(pid), tty }
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server')
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const [command = '', ...rest] = [...ENVIRONMENT, pathOf('tmux'), '-L', this.#socket, ...args]
    const { code, stdout, output } = await runProgram(command, rest)
    if (code !== 0) throw new Error(`tmux ${args[0] ?? ''}: ${output}`)
    return stdout.toString()
  }
}

/** A terminal with a command in it, gone when the test ends. */
export async function openTerminal(t: Test, command: string, columns = 80, rows = 24): Promise<TmuxTerminal> {
  const terminal = new TmuxTerminal()
  await terminal.open(command, columns, rows)
  t.teardown(() => terminal.close())
  return terminal
}
