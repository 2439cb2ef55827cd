import { EventEmitter } from 'node:events'
import type { WriteStream } from 'node:tty'
import { displayWidth } from '../terminal-text.js'

const ESC = '\u001b['
/** The alternate screen, without a cursor, where a line that is too long does not wrap. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l${ESC}2J`
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`

/** The part of a terminal that a screen needs. */
export type ScreenOutput = Pick<WriteStream, 'columns' | 'rows' | 'on' | 'off'> & {
  write(text: string): unknown
}

/** The whole terminal, to be drawn on. */
export interface Screen {
  /** What a renderer writes whole frames to, as if it were the terminal. */
  readonly stream: WriteStream
  readonly size: { readonly columns: number; readonly rows: number }
  /** Calls back when the terminal got another size, after the screen was cleared. */
  onResize(listener: () => void): void
  /** Gives the terminal back as it was. Can be called at any time, and twice. */
  close(): void
}

/** Takes the terminal over. Of each frame only the lines that changed are written, so that nothing flickers. */
export function openScreen(output: ScreenOutput): Screen {
  const events = new EventEmitter()
  let drawn: readonly string[] = []
  let isOpen = true
  output.write(ENTER)
  const size = (): Screen['size'] => ({ columns: output.columns || 80, rows: output.rows || 24 })
  const resized = (): void => {
    drawn = []
    output.write(`${ESC}2J`)
    events.emit('resize')
  }
  output.on('resize', resized)
  const stream = {
    get columns() {
      return size().columns
    },
    get rows() {
      return size().rows
    },
    write(frame: string): boolean {
      if (!isOpen) return true
      const lines = frame.split('\n').slice(0, size().rows)
      const changes = repaint(drawn, lines, size().columns)
      drawn = lines
      if (changes !== '') output.write(changes)
      return true
    },
    on: events.on.bind(events),
    off: events.off.bind(events),
  }
  return {
    // A renderer that draws whole frames uses no more of a terminal than this.
    stream: stream as unknown as WriteStream,
    get size() {
      return size()
    },
    onResize: listener => void events.on('resize', listener),
    close() {
      if (!isOpen) return
      isOpen = false
      output.off('resize', resized)
      output.write(LEAVE)
    },
  }
}

/** What turns the lines on a screen into others. @param columns its width */
export function repaint(drawn: readonly string[], lines: readonly string[], columns: number): string {
  const changed = lines
    .map((line, row) =>
      line === drawn[row] ? '' : `${ESC}${row + 1};1H${line}${ESC}0m${rest(line, columns)}`,
    )
    .join('')
  return lines.length < drawn.length ? `${changed}${ESC}${lines.length + 1};1H${ESC}J` : changed
}

/** After a line that fills its row the cursor is still on the last column, which is not to be cleared. */
function rest(line: string, columns: number): string {
  return displayWidth(line.replace(SGR, '')) < columns ? `${ESC}K` : ''
}

const SGR = /\u001b\[[\d;]*m/g
