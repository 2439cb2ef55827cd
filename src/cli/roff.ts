const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  '…': '...',
  '^': '\\(ha',
  '~': '\\(ti',
  '`': '\\(ga',
  "'": '\\(aq',
}

/** A text on one line that roff prints as it is. */
export function roffText(text: string): string {
  const escaped = text
    .replace(/\s+/g, ' ')
    .replace(/[\\\-…^~`']/g, character => ESCAPED[character] ?? character)
  // At the beginning of a line a dot would be a macro.
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped
}

/** A paragraph with a tag in bold beside or above it. */
export function paragraph(tag: string, text: string): readonly string[] {
  return ['.TP', `.B ${roffText(tag).replaceAll('"', '\\(dq')}`, roffText(text)]
}
