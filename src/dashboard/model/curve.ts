/** A point of a plot: the middle of its stretch of time, and the largest number in it. */
export interface Point {
  readonly at: number
  readonly value: number
}

/**
 * The largest number in each of `count` equal stretches from `from` to `to`; null where there is none. The stretches
 * stay where they are as time goes on, so that a curve moves to the left and does not tremble.
 */
export function thinned(
  times: readonly number[],
  values: readonly (number | null)[],
  { from, to, count }: { readonly from: number; readonly to: number; readonly count: number },
): readonly (Point | null)[] {
  const stretch = (to - from) / count
  const first = Math.floor(from / stretch)
  const most = new Array<Point | null>(count + 1).fill(null)
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? null
    const place = Math.floor(time / stretch) - first
    if (value === null || place < 0 || place > count) continue
    const known = most[place] ?? null
    if (known === null || value >= known.value) most[place] = { at: time, value }
  }
  return most
}

/** Where a point is drawn, in the units of the drawing. */
export interface Frame {
  readonly from: number
  readonly to: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Points further apart than this, in milliseconds, have nothing between them. */
  readonly bridge: number
}

/** The `d` of a line through points, broken where there are none. */
export function linePath(points: readonly (Point | null)[], frame: Frame): string {
  return runs(points, frame)
    .map(run => `M${run.map(point => place(point, frame)).join('L')}${run.length === 1 ? 'h.01' : ''}`)
    .join('')
}

/** The `d` of the area under that line. */
export function areaPath(points: readonly (Point | null)[], frame: Frame): string {
  return runs(points, frame)
    .map(run => {
      const [first, last] = [run[0], run.at(-1)]
      if (first === undefined || last === undefined) return ''
      const line = run.map(point => place(point, frame)).join('L')
      return `M${x(first, frame)} ${frame.height}L${line}L${x(last, frame)} ${frame.height}Z`
    })
    .join('')
}

/** A round number that leaves some room above `most`; at least `least`. */
export function niceTop(most: number, least: number): number {
  const wanted = most * HEADROOM
  if (!(wanted > least)) return least
  const power = 10 ** Math.floor(Math.log10(wanted))
  return power * (ROUND.find(factor => factor * power >= wanted) ?? 10)
}

const HEADROOM = 1.1
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8]

function runs(points: readonly (Point | null)[], { bridge }: Frame): readonly (readonly Point[])[] {
  const found: Point[][] = []
  let last = -Infinity
  for (const point of points) {
    if (point === null) continue
    if (point.at - last > bridge) found.push([])
    found.at(-1)?.push(point)
    last = point.at
  }
  return found
}

function place(point: Point, frame: Frame): string {
  return `${x(point, frame)} ${round(frame.height - (point.value / frame.top) * frame.height)}`
}

function x({ at }: Point, { from, to, width }: Frame): number {
  return round(((at - from) / (to - from)) * width)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
