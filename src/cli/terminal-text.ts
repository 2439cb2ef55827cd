const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' })

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u

/** What came over the network cannot move the cursor or fake a line: what does not print is shown as `\x1b`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, character => {
    const code = character.charCodeAt(0).toString(16)
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`
  })
}

/** The columns that printable text takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  return characters(text).reduce((sum, character) => sum + widthOf(character), 0)
}

/** At most `width` columns of the text; what is longer loses its middle. */
export function cutMiddle(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  if (width < 2) return width < 1 ? '' : '…'
  const all = characters(text)
  const head = fitting(all, Math.ceil((width - 1) / 2))
  const tail = fitting([...all].reverse(), width - 1 - displayWidth(head.join('')))
  return `${head.join('')}…${tail.reverse().join('')}`
}

/** At most `width` columns of the text; what is longer loses its end. */
export function cutEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text
  return width < 1 ? '' : `${fitting(characters(text), width - 1).join('')}…`
}

/** The text with spaces behind it up to a width, or before it. */
export function pad(text: string, width: number, side: 'start' | 'end' = 'end'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'end' ? text + spaces : spaces + text
}

function characters(text: string): string[] {
  return [...SEGMENTER.segment(text)].map(({ segment }) => segment)
}

function widthOf(character: string): number {
  if (/^[\p{M}\p{Cf}]+$/u.test(character)) return 0
  return WIDE.test(character) || character.includes('\ufe0f') ? 2 : 1
}

function fitting(all: readonly string[], width: number): string[] {
  const taken: string[] = []
  let left = width
  for (const character of all) {
    left -= widthOf(character)
    if (left < 0) break
    taken.push(character)
  }
  return taken
}
