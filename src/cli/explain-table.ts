import type { CandidateView, ExplanationView } from '../api/views.js'
import { paint, span, type Span } from './styled.js'
import type { Look } from './status-table.js'
import { columnWidths, layRow, layTitles, totalWidth, type Cell, type Column } from './table.js'
import { displayWidth, printable } from './terminal-text.js'

const COLUMNS: readonly Column[] = [
  { title: '', align: 'start' },
  { title: 'BACKEND', align: 'start', least: 9 },
  { title: 'SCORE', align: 'end' },
]

/** Reasons are not set narrower than this. */
const LEAST_REASON = 24

/** Where a client would go, and below it what was thought of each backend, the chosen one first. */
export function explainTable(explanation: ExplanationView, { width, color }: Omit<Look, 'now'>): string {
  const { candidates, backend } = explanation
  const ordered = inOrder(candidates, backend)
  const row = (candidate: CandidateView): Cell[] => rowOf(candidate, backend)
  const rows = ordered.map(row)
  const widths = columnWidths(COLUMNS, rows, width - LEAST_REASON - 2)
  const indent = totalWidth(widths) + 2
  const lines = ordered.flatMap((candidate, index) => {
    const [first = '', ...more] = wrap(printable(candidate.why), Math.max(LEAST_REASON, width - indent))
    const style = candidate.eligible ? 'plain' : 'faint'
    return [
      [...layRow(COLUMNS, rows[index] ?? [], widths), span(`  ${first}`, style)],
      ...more.map(line => [span(' '.repeat(indent) + line, style)]),
    ]
  })
  const titles = [...layTitles(COLUMNS, widths), span('  WHY', 'faint')]
  const body: Span[][] = candidates.length === 0 ? [] : [[], titles, ...lines]
  return [[span(sentence(explanation), 'strong')], ...body].map(line => `${paint(line, color)}\n`).join('')
}

/** `ip-hash sends 10.1.2.3 to db2`. */
function sentence({ algorithm, client, backend, candidates }: ExplanationView): string {
  const to = backend === null ? 'nowhere' : `to ${printable(backend)}`
  const why =
    backend !== null ? '' : candidates.length === 0 ? ': there is no backend' : ': no backend is eligible'
  return `${algorithm} sends ${printable(client)} ${to}${why}`
}

/** The chosen one, the other eligible ones as the algorithm has them, then those that were not looked at. */
function inOrder(candidates: readonly CandidateView[], winner: string | null): CandidateView[] {
  const rank = ({ name, eligible }: CandidateView): number => (name === winner ? 0 : eligible ? 1 : 2)
  return [...candidates].sort((a, b) => rank(a) - rank(b))
}

function rowOf({ name, eligible, score }: CandidateView, winner: string | null): Cell[] {
  const isWinner = name === winner
  const style = isWinner ? 'good' : eligible ? 'plain' : 'faint'
  return [
    [isWinner ? '→' : eligible ? ' ' : '-', style],
    [printable(name), style],
    [score === null ? '-' : formatScore(score), style],
  ]
}

function formatScore(score: number): string {
  if (Number.isInteger(score)) return String(score)
  return Math.abs(score) >= 0.001 && Math.abs(score) < 1e6
    ? String(Number(score.toFixed(3)))
    : score.toExponential(2)
}

/** The text in lines of at most `width` columns, broken at spaces where there are some. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
