import type { JSX } from 'preact'
import { standingWords, type Standing } from '../model/status.js'
import { Icon } from './icon.js'

/** How a backend stands, in words, by a symbol and by a colour. */
export function StandingPill({ standing }: { readonly standing: Standing }): JSX.Element {
  return (
    <span class={`pill is-${standing}`}>
      <Icon symbol={standing} />
      {standingWords(standing)}
    </span>
  )
}
