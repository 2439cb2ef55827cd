/** Fields that every line has, or that its message says already. */
const SAID = new Set(['level', 'time', 'event', 'service', 'msg'])

/**
 * The message of a log line for people: the service in front, and the fields of a warning behind, which alone has some
 * that its message does not say. What came over the network cannot move the cursor or fake a line.
 */
export function prettyLine(line: Readonly<Record<string, unknown>>): string {
  const service = typeof line['service'] === 'string' ? `[${line['service']}] ` : ''
  const message = typeof line['msg'] === 'string' ? line['msg'] : ''
  return escapeControls(service + message + (line['event'] === 'warning' ? fieldsOf(line) : ''))
}

function fieldsOf(line: Readonly<Record<string, unknown>>): string {
  return Object.entries(line)
    .filter(([name]) => !SAID.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('')
}

function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, character => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
