/** The value of `expect` for an answer that has this text anywhere. */
export function textPattern(text: string): string {
  return patternOf(new TextEncoder().encode(text))
}

/** The value of `expect` for an answer that has these bytes, as pairs of hexadecimal digits, anywhere. */
export function bytesPattern(hex: string): string | undefined {
  if (!/^([\da-f]{2})+$/i.test(hex)) return undefined
  return patternOf(Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16)))
}

/** The value of `expect` for a regular expression; undefined when it is none here. */
export function usablePattern(source: string): string | undefined {
  try {
    new RegExp(source)
    return `re:${source}`
  } catch {
    return undefined
  }
}

/** Answers are matched as latin1, so a byte is a character. */
function patternOf(bytes: Uint8Array): string {
  return `re:${Array.from(bytes, patternOfByte).join('')}`
}

function patternOfByte(byte: number): string {
  const character = String.fromCharCode(byte)
  if (byte < 32 || byte > 126) return `\\x${byte.toString(16).padStart(2, '0')}`
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}
