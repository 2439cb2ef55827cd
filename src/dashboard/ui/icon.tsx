import type { JSX } from 'preact'

/** The symbols, drawn in a square of 16: each is told from the others by its shape alone. */
const SHAPES = {
  up: 'M3 8.5 6.5 12 13 4.5',
  down: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M8 11.5v.5M5.8 5.6a2.3 2.3 0 1 1 3.2 2.3c-.7.4-1 .8-1 1.6',
  draining: 'M8 3v9M4.5 8.5 8 12l3.5-3.5',
  drained: 'M4 13h8M8 3v6M5.5 6.8 8 9.3l2.5-2.5',
  maintenance: 'M5.5 4v8M10.5 4v8',
  well: 'M3 8.5 6.5 12 13 4.5',
  degraded: 'M8 3v6M8 12.3v.4',
  none: 'M4 4l8 8M12 4l-8 8',
  waiting: 'M8 4.5V8l2.5 2',
  action: 'M6 3.5 10.5 8 6 12.5',
  bad: 'M8 3v6M8 12.3v.4',
  good: 'M3 8.5 6.5 12 13 4.5',
  warning: 'M8 3v6M8 12.3v.4',
  plain: 'M5 8h6',
  close: 'M4 4l8 8M12 4l-8 8',
} as const

export type Symbol = keyof typeof SHAPES

/** A symbol beside words that say the same. */
export function Icon({ symbol }: { readonly symbol: Symbol }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[symbol]} />
    </svg>
  )
}
