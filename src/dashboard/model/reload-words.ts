import type { ReloadView } from '../../api/views.js'

/** What a reload changed, in a sentence. */
export function reloadWords({ services, backends, listeners }: ReloadView): string {
  const parts = [
    part('service', services.added, 'added'),
    part('service', services.changed, 'changed'),
    part('service', services.removed, 'removed'),
    part('backend', backends.added, 'added'),
    part('backend', backends.changed, 'changed'),
    part('backend', backends.removed, 'removed'),
    part('listener', listeners.added, 'opened'),
    part('listener', listeners.removed, 'closed'),
  ].filter(text => text !== '')
  return parts.length === 0 ? 'Reloaded: nothing changed.' : `Reloaded: ${parts.join(', ')}.`
}

function part(thing: string, names: readonly string[], what: string): string {
  if (names.length === 0) return ''
  return `${names.length} ${thing}${names.length === 1 ? '' : 's'} ${what} (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''})`
}
