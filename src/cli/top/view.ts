import { Box, Text } from 'ink'
import { createElement, type ReactElement } from 'react'
import type { Style } from '../styled.js'
import type { Frame, Line } from './frame.js'
import { HELP, SIGNS } from './help-text.js'

/** What the screen is drawn from. */
export interface ViewProps {
  readonly frame: Frame
  readonly size: { readonly columns: number; readonly rows: number }
  readonly color: boolean
  readonly isHelp: boolean
}

/** The whole screen. */
export function View({ frame, size, color, isHelp }: ViewProps): ReactElement {
  const list = isHelp
    ? [createElement(Help, { key: 'help', color })]
    : [...frame.body, ...frame.footer.slice(0, -1)].map(toText)
  return createElement(
    Box,
    { flexDirection: 'column', width: size.columns, height: size.rows },
    ...frame.header.map(toText),
    createElement(Box, { flexDirection: 'column', flexGrow: 1, overflow: 'hidden' }, ...list),
    ...frame.footer.slice(-1).map(line => toText(line, -1)),
  )

  function toText(line: Line, index: number): ReactElement {
    const spans = line
      .filter(({ text }) => text !== '')
      .map(({ text, style }, key) => createElement(Text, { key, ...looks(style, color) }, text))
    // An empty text would have no height.
    return createElement(Text, { key: index, wrap: 'truncate-end' }, ...(spans.length > 0 ? spans : [' ']))
  }
}

function Help({ color }: { readonly color: boolean }): ReactElement {
  const widest = Math.max(...HELP.map(([keys]) => keys.length))
  return createElement(
    Box,
    { flexDirection: 'column', borderStyle: 'round', paddingX: 1, marginTop: 1, alignSelf: 'flex-start' },
    ...HELP.map(([keys, text]) =>
      createElement(
        Text,
        { key: keys, wrap: 'truncate-end' },
        createElement(Text, looks('strong', color), keys.padEnd(widest + 2)),
        text,
      ),
    ),
    createElement(Text, { key: 'signs', wrap: 'truncate-end' }, `\n${SIGNS}`),
    createElement(Text, { key: 'back', ...looks('faint', color) }, '\nAny key goes back.'),
  )
}

interface Looks {
  readonly bold?: boolean
  readonly dimColor?: boolean
  readonly color?: string
}

const COLORS: Readonly<Record<Style, Looks>> = {
  plain: {},
  strong: { bold: true },
  faint: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warning: { color: 'yellow' },
  special: { color: 'cyan' },
}

function looks(style: Style, color: boolean): Looks {
  return color ? COLORS[style] : {}
}
