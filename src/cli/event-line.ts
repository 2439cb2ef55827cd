import type { JournalEntry } from '../api/views.js'
import type { Millis } from '../clock.js'
import { span, type Span, type Style } from './styled.js'
import { pad, printable } from './terminal-text.js'

const LEVELS: Readonly<Record<string, Style>> = {
  trace: 'faint',
  debug: 'faint',
  info: 'good',
  warn: 'warning',
  error: 'bad',
  fatal: 'bad',
}

/** Fields that an entry always has, or that its message says already. */
const SAID: ReadonlySet<string> = new Set(['id', 'level', 'time', 'event', 'service', 'msg'])

/**
 * An event for people: the local time, with the day when it is not today's, the level, the service and the message; a
 * warning's fields behind, which alone has some that its message does not say.
 *
 * @param now milliseconds since 1970
 */
export function eventLine(entry: JournalEntry, now: Millis): Span[] {
  const { level, event, msg } = entry
  const service = typeof entry['service'] === 'string' ? `[${printable(entry['service'])}] ` : ''
  return [
    span(`${localTime(entry.time, now)} `, 'faint'),
    span(pad(printable(String(level)).toUpperCase(), 5), LEVELS[level] ?? 'plain'),
    span(` ${service}`, 'special'),
    span(printable(String(msg)) + (event === 'warning' ? printable(fieldsOf(entry)) : '')),
  ]
}

function localTime(iso: string, now: Millis): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return printable(String(iso))
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')
  const withMillis = `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`
  return dayOf(time) === dayOf(new Date(now)) ? withMillis : `${dayOf(time)} ${withMillis}`
}

function dayOf(time: Date): string {
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`
}

function twoDigits(amount: number): string {
  return String(amount).padStart(2, '0')
}

function fieldsOf(entry: JournalEntry): string {
  return Object.entries(entry)
    .filter(([name]) => !SAID.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
}
