import type { Overall } from '../model/status.js'

const COLOURS: Readonly<Record<Overall['kind'], string>> = {
  waiting: '#6b7885',
  well: '#0b7285',
  degraded: '#b45309',
  none: '#c2330b',
}

/** Told from one another without their colours. */
const SHAPES: Readonly<Record<Overall['kind'], string>> = {
  waiting: 'M16 9v8l5 4',
  well: 'M8 17l5.5 5.5L24 11',
  degraded: 'M16 8v10M16 22.5v1',
  none: 'M10 10l12 12M22 10L10 22',
}

/** Shows how everything stands where the page itself is not seen. */
export function showInTab({ kind, words, detail }: Overall): void {
  document.title = kind === 'well' ? 'evenkeel' : `${words} ${detail} · evenkeel`
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="${COLOURS[kind]}"/><path d="${SHAPES[kind]}" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (link !== null) link.href = `data:image/svg+xml,${encodeURIComponent(icon)}`
}
