import { createInterface, emitKeypressEvents, type Key as Struck } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import type { Millis } from '../../clock.js'
import type { Key } from './keys.js'

/** An Escape that nothing follows for this long is the key; sooner, it begins the name of another one. */
const ESCAPE_TIME: Millis = 50

/**
 * Hands on each key as it is pressed, also those that came together, as over a slow line. The terminal gives no lines and
 * echoes nothing until it is closed.
 */
export function openKeyboard(input: ReadStream, onKey: (key: Key) => void): { close(): void } {
  // Reads nothing: only by a reader of lines can the time be told.
  const timing = createInterface({
    input: new PassThrough(),
    terminal: false,
    escapeCodeTimeout: ESCAPE_TIME,
  })
  emitKeypressEvents(input, timing)
  const strike = (text: string | undefined, struck: Struck): void => {
    const key = keyOf(text, struck)
    if (key !== undefined) onKey(key)
  }
  input.on('keypress', strike)
  input.setRawMode(true)
  input.resume()
  return {
    close: () => {
      input.off('keypress', strike)
      input.setRawMode(false)
      input.pause()
      timing.close()
    },
  }
}

/** What a key means here, if anything. */
export function keyOf(text: string | undefined, { name, ctrl, meta }: Struck): Key | undefined {
  if (ctrl === true) return name === 'c' ? { kind: 'interrupt' } : undefined
  switch (name) {
    case 'up':
    case 'down':
    case 'escape':
      return { kind: name }
    case 'pageup':
      return { kind: 'page-up' }
    case 'pagedown':
      return { kind: 'page-down' }
    case 'return':
    case 'enter':
      return { kind: 'enter' }
    // Terminals differ in what the key above Enter sends.
    case 'backspace':
    case 'delete':
      return { kind: 'backspace' }
    default:
      if (meta === true || text === undefined || /\p{Cc}/u.test(text)) return undefined
      return { kind: 'character', character: text }
  }
}
