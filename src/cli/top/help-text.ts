/** What the keys do, each with what it is for. */
export const HELP: readonly (readonly [keys: string, text: string])[] = [
  ['↑ ↓  k j', 'select a backend; PgUp, PgDn, g and G go further'],
  ['d', 'drain: no new sessions, those it has go on'],
  ['m', 'maintenance: drain, and no probes'],
  ['r', 'ready: let it serve again'],
  ['x', 'end its sessions, after a question'],
  ['/', 'show only backends with these words in name, address or state'],
  ['s', 'sort by name, state, sessions, bytes, or as configured'],
  ['Esc', 'drop the filter'],
  ['q  Ctrl-C', 'quit'],
]

/** What the signs mean. */
export const SIGNS = '● up   ○ drain or maintenance   ✗ down   ? not probed yet'
