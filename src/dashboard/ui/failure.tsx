import type { JSX } from 'preact'

/** Why something failed, said aloud when it appears. */
export function Failure({
  words,
  id,
}: {
  readonly words: string | undefined
  readonly id: string
}): JSX.Element {
  return (
    <div role="alert" id={id}>
      {words === undefined ? null : <p class="failure">{words}</p>}
    </div>
  )
}
