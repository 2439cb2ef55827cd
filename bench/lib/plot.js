import { figure } from './table.js'

/**
 * @typedef {object} Bar
 * @property {string} label
 * @property {number} median
 * @property {number} min
 * @property {number} max
 * @property {string} note beside the value
 */

/**
 * Bars that share a scale.
 * @typedef {object} Panel
 * @property {string} title
 * @property {'more' | 'less'} better
 * @property {readonly Bar[]} bars
 */

const PANEL_WIDTH = 440
const MARGIN = 24
const LABEL_WIDTH = 118
const VALUE_WIDTH = 64
const NOTE_WIDTH = 76
const BAR_HEIGHT = 16
const BAR_PITCH = 24
const HEAD_HEIGHT = 64
const PANEL_HEAD = 34
const FOOT_HEIGHT = 36

// Of its own on a white ground: a page's colours, light or dark, do not reach into an image.
const INK = '#1f2933'
const FAINT = '#6b7785'
const WHISKER = '#323f4b'
const OURS = '#1098ad'
const PEER = '#adb5bd'
const DIRECT = '#dee2e6'

/**
 * An SVG with horizontal bars: the medians, with a line from the least to the greatest.
 * @param {{ title: string, footer: string, panels: readonly Panel[] }} drawing
 * @returns {string}
 */
export function plot({ title, footer, panels }) {
  const across = panels.length === 1 ? 1 : 2
  const panelWidth = panels.length === 1 ? PANEL_WIDTH * 2 : PANEL_WIDTH
  const width = PANEL_WIDTH * 2 + MARGIN * 2
  /** @type {string[]} */
  const parts = []
  let y = HEAD_HEIGHT
  for (let first = 0; first < panels.length; first += across) {
    const line = panels.slice(first, first + across)
    line.forEach((panel, index) =>
      parts.push(...drawPanel(panel, MARGIN + index * panelWidth, y, panelWidth)),
    )
    y += PANEL_HEAD + Math.max(...line.map(({ bars }) => bars.length)) * BAR_PITCH + 16
  }
  const height = y + FOOT_HEIGHT
  const font = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#ffffff" stroke="#d8dee4"/>`,
    text(MARGIN, 36, title, { size: 17, weight: 600 }),
    ...parts,
    text(MARGIN, height - 16, footer, { size: 10.5, fill: FAINT }),
    '</svg>\n',
  ].join('\n')
}

/**
 * @param {Panel} panel
 * @param {number} left
 * @param {number} top
 * @param {number} width
 */
function drawPanel({ title, better, bars }, left, top, width) {
  const start = left + LABEL_WIDTH
  const noted = bars.some(({ note }) => note !== '') ? NOTE_WIDTH : 0
  const room = width - LABEL_WIDTH - VALUE_WIDTH - noted - 12
  const most = Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE)
  /** @param {number} value */
  const at = value => round(start + (Math.max(0, value) / most) * room)
  const hint = `${better} is better`
  return [
    `<text x="${left}" y="${top + 12}" font-size="13" font-weight="600" fill="${INK}">${escape(title)}<tspan font-weight="400" fill="${FAINT}" dx="8">${hint}</tspan></text>`,
    ...bars.flatMap(({ label, median, min, max, note }, index) => {
      const y = top + PANEL_HEAD - 8 + index * BAR_PITCH
      const middle = y + BAR_HEIGHT / 2
      const ours = /^evenkeel/.test(label)
      return [
        text(start - 8, middle + 4, label, { size: 12, anchor: 'end', weight: ours ? 600 : 400 }),
        `<rect x="${start}" y="${y}" width="${round(Math.max(1, at(median) - start))}" height="${BAR_HEIGHT}" rx="2" fill="${colour(label)}"/>`,
        `<path d="M${at(min)} ${middle}H${at(max)}M${at(min)} ${middle - 4}V${middle + 4}M${at(max)} ${middle - 4}V${middle + 4}" stroke="${WHISKER}" stroke-width="1.2" fill="none"/>`,
        `<text x="${Math.max(at(max), at(median)) + 8}" y="${middle + 4}" font-size="12" fill="${INK}">${figure(median)}<tspan font-size="10.5" fill="${FAINT}" dx="6">${escape(note)}</tspan></text>`,
      ]
    }),
  ]
}

/** @param {string} label */
function colour(label) {
  if (label === 'direct') return DIRECT
  return /^(haproxy|nginx)/.test(label) ? PEER : OURS
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} words
 * @param {{ size: number, weight?: number, fill?: string, anchor?: 'start' | 'end' }} style
 */
function text(x, y, words, { size, weight = 400, fill = INK, anchor = 'start' }) {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}">${escape(words)}</text>`
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10
}

/** @param {string} words */
function escape(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
