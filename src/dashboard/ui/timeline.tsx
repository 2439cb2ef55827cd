import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { JournalEntry } from '../../api/views.js'
import { dayOf, timeOfDay } from '../model/format.js'
import { causeOf, serviceOf, weightOf } from '../model/timeline.js'
import { Icon } from './icon.js'
import { unlessUnchanged } from './unchanged.js'

/** How many entries are drawn. */
const DRAWN = 200

interface TimelineProps {
  /** Newest first. */
  readonly entries: readonly JournalEntry[]
  /** The names of the services, by commas: one text, so that it stays the same. */
  readonly services: string
}

/** What happened and why, newest first. */
export const Timeline = unlessUnchanged(function Timeline({ entries, services }: TimelineProps): JSX.Element {
  const [service, setService] = useState('')
  const listed = entries
    .filter(entry => service === '' || (serviceOf(entry) ?? service) === service)
    .slice(0, DRAWN)
  return (
    <aside class="timeline" aria-labelledby="timeline">
      <div class="timeline-head">
        <h2 id="timeline">Timeline</h2>
        <label class="hidden" for="timeline-service">
          Events of
        </label>
        <select
          id="timeline-service"
          value={service}
          onChange={({ currentTarget }) => setService(currentTarget.value)}
        >
          <option value="">All services</option>
          {services.split(',').map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {listed.length === 0 ? <p class="empty">Nothing has happened yet.</p> : null}
      <ol tabIndex={0} aria-label="Events, newest first">
        {listed.map((entry, index) => (
          <Entry key={entry.id} entry={entry} newDay={isNewDay(entry, listed[index - 1])} />
        ))}
      </ol>
    </aside>
  )
})

const Entry = unlessUnchanged(function Entry({
  entry,
  newDay,
}: {
  readonly entry: JournalEntry
  readonly newDay: boolean
}): JSX.Element {
  const [weight, service, cause] = [weightOf(entry), serviceOf(entry), causeOf(entry)]
  return (
    <li class={`entry is-${weight}`}>
      <Icon symbol={weight} />
      <div>
        <p>{entry.msg}</p>
        <p class="entry-foot">
          <time dateTime={entry.time}>
            {newDay ? `${dayOf(entry.time)} ` : ''}
            {timeOfDay(entry.time)}
          </time>
          {service === undefined ? null : <span>{service}</span>}
          {cause === undefined ? null : <span class="tag">{cause}</span>}
        </p>
      </div>
    </li>
  )
})

/** Whether the day has to be told; that of the newest entry is not when it is the only one there is. */
function isNewDay(entry: JournalEntry, newer: JournalEntry | undefined): boolean {
  return newer !== undefined && dayOf(newer.time) !== dayOf(entry.time)
}
