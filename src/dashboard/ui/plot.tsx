import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { areaPath, linePath, niceTop, thinned, type Frame, type Point } from '../model/curve.js'
import { timeOfDay } from '../model/format.js'
import { spanOf } from '../model/history.js'

/** One curve of a plot. */
export interface Curve {
  readonly name: string
  /** Its class: first and second look different in more than colour. */
  readonly place: 'first' | 'second'
  readonly values: readonly (number | null)[]
  /** What is told while nobody points at a time: it is newer than the curve. */
  readonly current: number | undefined
}

interface PlotProps {
  readonly title: string
  readonly times: readonly number[]
  /** From one time to the next, in milliseconds. */
  readonly stepMs: number
  readonly curves: readonly Curve[]
  /** The time at the right edge, in milliseconds since 1970. */
  readonly now: number
  /** The least that the whole height stands for. */
  readonly least: number
  /** Times at which a backend left. */
  readonly marks: readonly number[]
  format(value: number | null): string
}

/** The units of the drawing, which is stretched to what room there is. */
const [WIDTH, HEIGHT] = [300, 80]
const POINTS = 225
/** So many steps without a number are bridged. */
const MISSED = 3

/** What happened in the last minutes, up to 15. */
export function Plot({ title, times, stepMs, curves, now, least, marks, format }: PlotProps): JSX.Element {
  const [pointed, setPointed] = useState<number | undefined>(undefined)
  const area = useRef<SVGSVGElement>(null)
  const span = spanOf(times, now)
  const minutes = span / 60_000
  const from = now - span
  const lines = curves.map(curve => ({
    ...curve,
    points: thinned(times, curve.values, { from, to: now, count: POINTS }),
  }))
  const most = Math.max(0, ...lines.flatMap(({ points }) => points.map(point => point?.value ?? 0)))
  const bridge = Math.max(stepMs * MISSED, (span / POINTS) * MISSED)
  const frame: Frame = { from, to: now, top: niceTop(most, least), width: WIDTH, height: HEIGHT, bridge }
  const at = pointed === undefined ? undefined : from + pointed * span
  const told = lines.map(({ name, place, current, points }) => {
    const value = at === undefined ? current : nearest(points, at, bridge)?.value
    return { name, place, value }
  })

  const point = (event: PointerEvent): void => {
    const box = area.current?.getBoundingClientRect()
    if (box !== undefined) setPointed(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)))
  }

  return (
    <figure class="plot">
      <figcaption>
        <span class="plot-title">{title}</span>
        <span class="plot-values">
          {told.map(({ name, place, value }) => (
            <span class={`plot-value is-${place}`} key={name}>
              <span class="plot-key" aria-hidden="true" />
              <b>{format(value ?? null)}</b>
              <span class={curves.length > 1 ? 'plot-name' : 'hidden'}>{name}</span>
            </span>
          ))}
        </span>
      </figcaption>
      <div class="plot-area">
        <span class="plot-top" aria-hidden="true">
          {format(frame.top)}
        </span>
        <svg
          ref={area}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title} in the last ${minutes} minutes: ${lines.map(line => inWords(line, format)).join('; ')}`}
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
        >
          <path class="grid" d={GRID} />
          <path
            class="marks"
            d={marks
              .filter(mark => mark > from)
              .map(mark => markPath(mark, frame))
              .join('')}
          />
          {lines.map(({ name, place, points }) => (
            <g class={`curve is-${place}`} key={name}>
              <path class="area" d={areaPath(points, frame)} />
              <path class="line" d={linePath(points, frame)} />
            </g>
          ))}
          {pointed === undefined ? null : <path class="pointer" d={`M${pointed * WIDTH} 0V${HEIGHT}`} />}
        </svg>
      </div>
      <div class="plot-times" aria-hidden="true">
        <span>{minutes} min ago</span>
        <span>{at === undefined ? '' : timeOfDay(new Date(at).toISOString())}</span>
        <span>now</span>
      </div>
    </figure>
  )
}

const GRID = [0.5, HEIGHT / 2, HEIGHT - 0.5].map(y => `M0 ${y}H${WIDTH}`).join('')

function markPath(at: number, { from, to, width, height }: Frame): string {
  return `M${Math.round(((at - from) / (to - from)) * width * 10) / 10} 0V${height}`
}

function nearest(points: readonly (Point | null)[], at: number, reach: number): Point | undefined {
  let found: Point | undefined
  for (const point of points) {
    if (point === null || Math.abs(point.at - at) > reach) continue
    if (found === undefined || Math.abs(point.at - at) < Math.abs(found.at - at)) found = point
  }
  return found
}

function inWords(
  { name, current, points }: Pick<Curve, 'name' | 'current'> & { readonly points: readonly (Point | null)[] },
  format: PlotProps['format'],
): string {
  const most = Math.max(current ?? 0, ...points.map(point => point?.value ?? 0))
  return `${name}: now ${format(current ?? null)}, at most ${format(most)}`
}
