import type { ComponentChildren, JSX } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './icon.js'

/** A dialog over the page. It takes the focus, keeps it, and gives it back to who had it. */
export function Modal({
  id,
  title,
  close,
  children,
}: {
  /** Of its title; no other dialog has it. */
  readonly id: string
  readonly title: string
  readonly close: () => void
  readonly children: ComponentChildren
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    // The focus goes back when it is closed, not when it is gone.
    return () => element?.close()
  }, [])
  const cancel = (event: Event): void => {
    event.preventDefault()
    close()
  }
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={cancel}>
      <div class="modal-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="quiet is-icon" aria-label="Close" onClick={close}>
          <Icon symbol="close" />
        </button>
      </div>
      {children}
    </dialog>
  )
}
