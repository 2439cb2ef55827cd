import type { JSX } from 'preact'
import { areaPath, linePath, niceTop, thinned } from '../model/curve.js'
import { spanOf } from '../model/history.js'

const [WIDTH, HEIGHT] = [120, 24]
/** One point for 15 s of a quarter of an hour: it need not be drawn more often than it changes. */
const POINTS = 60

/** The shape of the last minutes, for the eye alone: its numbers stand beside it. */
export function Sparkline({
  times,
  stepMs,
  values,
  now,
}: {
  readonly times: readonly number[]
  readonly stepMs: number
  readonly values: readonly (number | null)[]
  readonly now: number
}): JSX.Element {
  const span = spanOf(times, now)
  const from = now - span
  const bridge = Math.max(stepMs, span / POINTS) * 3
  const points = thinned(times, values, { from, to: now, count: POINTS })
  const most = Math.max(0, ...points.map(point => point?.value ?? 0))
  const frame = { from, to: now, top: niceTop(most, 0.1), width: WIDTH, height: HEIGHT, bridge }
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="area" d={areaPath(points, frame)} />
      <path class="line" d={linePath(points, frame)} />
    </svg>
  )
}
