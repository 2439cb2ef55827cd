import type { JSX } from 'preact'
import type { DeadlineView } from '../../api/views.js'
import { countdown, timeOfDay } from '../model/format.js'

const THEN: Readonly<Record<DeadlineView['then'], string>> = {
  kill: 'Sessions end in',
  ready: 'Ready again in',
  maintenance: 'Maintenance in',
}

/** What becomes of a backend, and when. */
export function Deadline({
  deadline,
  now,
}: {
  readonly deadline: DeadlineView
  readonly now: number
}): JSX.Element {
  const left = Date.parse(deadline.at) - now
  return (
    <p class="deadline">
      {THEN[deadline.then]}{' '}
      <time dateTime={deadline.at} title={timeOfDay(deadline.at)}>
        {countdown(left)}
      </time>
    </p>
  )
}
