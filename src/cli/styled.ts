/** How a piece of text looks: a colour says nothing that its words do not. */
export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'bad' | 'warning' | 'special'

/** A piece of a line. */
export interface Span {
  readonly text: string
  readonly style: Style
}

/** Text as a piece of a line. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text, style }
}

const CODES: Readonly<Record<Exclude<Style, 'plain'>, string>> = {
  strong: '1',
  faint: '2',
  good: '32',
  bad: '31',
  warning: '33',
  special: '36',
}

/** The pieces as one line, without spaces at its end; with the terminal's codes for `color`. */
export function paint(spans: readonly Span[], color: boolean): string {
  const plain = spans.map(({ text }) => text).join('')
  if (!color) return plain.trimEnd()
  let left = plain.trimEnd().length
  let line = ''
  for (const { text, style } of spans) {
    const shown = text.slice(0, left)
    left -= shown.length
    line += style === 'plain' || shown.trim() === '' ? shown : `\u001b[${CODES[style]}m${shown}\u001b[0m`
  }
  return line
}
