import type { JSX } from 'preact'
import { Icon } from './icon.js'

/** Something to tell the operator who asked for it. */
export interface Notice {
  readonly id: number
  readonly kind: 'done' | 'failed'
  readonly words: string
}

/** What came of what the operator did outside a dialog. */
export function Notices({
  notices,
  dismiss,
}: {
  readonly notices: readonly Notice[]
  dismiss(id: number): void
}): JSX.Element {
  const list = (kind: Notice['kind']): JSX.Element[] =>
    notices
      .filter(notice => notice.kind === kind)
      .map(({ id, words }) => (
        <p class={`notice is-${kind}`} key={id}>
          <Icon symbol={kind === 'done' ? 'good' : 'bad'} />
          <span>{words}</span>
          <button type="button" class="quiet is-icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon symbol="close" />
          </button>
        </p>
      ))
  return (
    <div class="notices">
      <div role="status">{list('done')}</div>
      <div role="alert">{list('failed')}</div>
    </div>
  )
}
