import { render } from 'ink'
import { createElement } from 'react'
import type { Millis } from '../../clock.js'
import type { Surroundings, Terminal } from '../actions.js'
import { frameOf } from './frame.js'
import { openKeyboard } from './keyboard.js'
import { press, type Key } from './keys.js'
import { Painter } from './painter.js'
import { openScreen } from './screen.js'
import type { TopState } from './top-state.js'
import { pastTraffic } from './traffic.js'
import { View } from './view.js'
import { carryOut, firstLook, watch, type WatchedProcess } from './watcher.js'

/** Frames are at least this far apart, but for those that a key calls for. */
const FRAME_GAP: Millis = 200

export interface TopTools {
  readonly client: WatchedProcess
  readonly terminal: Terminal
  readonly surroundings: Surroundings
  /** What the screen calls the process. */
  readonly address: string
}

/**
 * Shows a process on the whole terminal until the user or a signal ends it; the terminal is then as before. Rejects with an
 * AdminError, before the terminal is touched, when the process cannot be asked.
 */
export async function runTop({ client, terminal, surroundings, address }: TopTools): Promise<void> {
  const { clock, color, wallTime } = surroundings
  let state = await firstLook(client, initialState(address, color), wallTime())
  const screen = openScreen(terminal.output)
  const keep = surroundings.atExit(() => screen.close())
  const quit = new AbortController()
  const stopped = surroundings.untilStopped()
  stopped.addEventListener('abort', () => quit.abort(), { once: true })
  if (stopped.aborted) quit.abort()

  const element = (): ReturnType<typeof createElement> =>
    createElement(View, {
      frame: frameOf(state),
      size: state.size,
      color,
      isHelp: state.mode.kind === 'help',
    })
  state = { ...state, size: screen.size }
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => (fail = reject))
  const painter = new Painter(clock, FRAME_GAP, () => attempt(() => view.rerender(element())))
  const update = (change: (state: TopState) => TopState): void => {
    state = change(state)
    if (!quit.signal.aborted) painter.ask()
  }
  // Whole frames, one for each rendering: the screen sees to it that only what changed is written.
  const view = render(element(), {
    stdout: screen.stream,
    stdin: terminal.input,
    debug: true,
    patchConsole: false,
  })
  const keyboard = openKeyboard(terminal.input, onKey)
  screen.onResize(() => {
    state = { ...state, size: screen.size }
    painter.now()
  })
  try {
    await Promise.race([watch(client, update, clock, quit.signal), view.waitUntilExit(), failed])
  } finally {
    quit.abort()
    painter.stop()
    keyboard.close()
    view.unmount()
    screen.close()
    keep()
  }

  /** A bug is told after the terminal was given back: before, nobody would see it. */
  function attempt(run: () => void): void {
    try {
      run()
    } catch (error) {
      fail(error)
    }
  }

  function onKey(key: Key): void {
    attempt(() => obey(key))
  }

  function obey(key: Key): void {
    const pressed = press(state, key)
    state = pressed.state
    if (pressed.effect?.kind === 'quit') quit.abort()
    else if (pressed.effect !== undefined) carryOut(client, pressed.effect, update).catch(fail)
    if (!quit.signal.aborted) painter.now()
  }
}

function initialState(address: string, color: boolean): TopState {
  return {
    address,
    size: { columns: 80, rows: 24 },
    color,
    now: 0,
    connection: { since: 0 },
    readOnly: undefined,
    services: [],
    traffic: pastTraffic(undefined),
    entries: [],
    mode: { kind: 'list' },
    sort: 'configuration',
    filter: '',
    selected: undefined,
    cursor: 0,
    notice: undefined,
  }
}
