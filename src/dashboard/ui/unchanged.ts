import type { FunctionComponent, JSX } from 'preact'
import { createElement } from 'preact'
import { useMemo } from 'preact/hooks'

/** A component that is drawn anew only when one of its properties is another one. It must always be given the same properties. */
export function unlessUnchanged<P extends object>(
  component: FunctionComponent<P>,
): (props: P) => JSX.Element {
  return props => useMemo(() => createElement(component, props), Object.values(props))
}
