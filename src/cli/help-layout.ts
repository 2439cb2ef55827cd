import { Help, type Option } from 'commander'

/** The widest that help is set, and its width where there is no terminal. */
export const HELP_WIDTH = 100

const DEFAULT_NOTE = /\(default: [^()]*\)/g

/** A character that wrapping does not take for a space. */
const GLUE = '\0'

/** How help looks: long flags stand below each other, and a default is not torn apart. */
export const HELP_LAYOUT = {
  optionTerm: (option: Option): string => (option.short === undefined ? `    ${option.flags}` : option.flags),

  boxWrap(text: string, width: number): string {
    const glued = text.replace(DEFAULT_NOTE, note =>
      note.length > width ? note : note.replaceAll(' ', GLUE),
    )
    return Help.prototype.boxWrap.call(this, glued, width).replaceAll(GLUE, ' ')
  },
} satisfies Partial<Help>
