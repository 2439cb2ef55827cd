import type { Expectation } from '../../core/service.js'

/** More than this is not read of any answer. */
export const ANSWER_LIMIT = 65_536

/** The most characters of an answer that a reason quotes. */
const QUOTED = 40

const NAMED: Readonly<Record<string, string>> = {
  '\r': '\\r',
  '\n': '\\n',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
}

/** Whether the answer so far is what was expected, cannot become it, or needs more bytes. */
export type Match = 'match' | 'mismatch' | 'more'

/** Compares one answer, in whatever pieces it comes, with an expectation. A pattern is tried after each piece. */
export class Matcher {
  readonly #compare: (answer: string) => Match
  #answer = ''

  constructor(expectation: Expectation) {
    this.#compare =
      expectation.kind === 'prefix' ? startsWith(expectation.bytes) : matches(expectation.pattern)
  }

  /** Adds the next bytes of the answer; what goes beyond {@link ANSWER_LIMIT} is not looked at. */
  feed(bytes: Uint8Array): Match {
    this.#answer += latin1(bytes.subarray(0, ANSWER_LIMIT - this.#answer.length))
    const match = this.#compare(this.#answer)
    return match === 'more' && this.#answer.length >= ANSWER_LIMIT ? 'mismatch' : match
  }

  /** The answer so far, each byte one character. */
  get answer(): string {
    return this.#answer
  }
}

/** The bytes as text, each byte one character. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** An answer in quotes, safe to print on one line; a long one is cut. */
export function quote(answer: string): string {
  let text = ''
  for (const char of answer.slice(0, QUOTED)) {
    const next = text + escape(char)
    if (next.length >= QUOTED) return `"${text}…"`
    text = next
  }
  return `"${text}"`
}

function escape(char: string): string {
  const code = char.charCodeAt(0)
  return NAMED[char] ?? (code < 32 || code > 126 ? `\\x${code.toString(16).padStart(2, '0')}` : char)
}

function startsWith(bytes: Uint8Array): (answer: string) => Match {
  const prefix = latin1(bytes)
  return answer => {
    if (answer.startsWith(prefix)) return 'match'
    return prefix.startsWith(answer) ? 'more' : 'mismatch'
  }
}

function matches({ source, flags }: RegExp): (answer: string) => Match {
  // Global and sticky expressions remember where they stopped; each answer is looked at from its start.
  const pattern = new RegExp(source, flags.replace(/[gy]/g, ''))
  return answer => (pattern.test(answer) ? 'match' : 'more')
}
