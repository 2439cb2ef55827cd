import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { BackendView } from '../../api/views.js'
import type { AdminState } from '../../core/backend.js'
import { standingOf } from '../model/status.js'
import type { Outcome } from '../server/changes.js'
import { Failure } from './failure.js'
import { KillForm } from './kill-form.js'
import { Modal } from './modal.js'
import { StandingPill } from './standing-pill.js'
import { StateForm } from './state-form.js'
import { WeightForm } from './weight-form.js'
import type { BackendActions } from './actions.js'

interface BackendDialogProps {
  readonly service: string
  readonly backend: BackendView
  /** The state that is chosen at first. */
  readonly state: AdminState
  readonly actions: BackendActions
  close(): void
}

/** All that an operator can do to a backend. */
export function BackendDialog({ service, backend, state, actions, close }: BackendDialogProps): JSX.Element {
  const [failure, setFailure] = useState<{ readonly words: string; readonly path: string | undefined }>()
  const [busy, setBusy] = useState(false)
  const run = async (change: () => Promise<Outcome<unknown>>): Promise<void> => {
    if (busy) return
    setBusy(true)
    setFailure(undefined)
    const outcome = await change()
    setBusy(false)
    if (outcome.kind === 'done') close()
    if (outcome.kind === 'refused') setFailure(outcome)
  }
  const wrong = failure?.path
  return (
    <Modal id="backend-title" title={backend.name} close={close}>
      <p class="modal-about">
        <StandingPill standing={standingOf(backend)} />
        <span>
          {backend.address} in {service}
        </span>
      </p>
      <Failure words={failure?.words} id="backend-failure" />
      <div class="forms" aria-busy={busy}>
        <StateForm
          current={backend.state}
          chosen={state}
          wrong={wrong}
          apply={change => void run(() => actions.change(service, backend.name, change))}
        />
        <WeightForm
          current={backend.weight}
          wrong={wrong === 'weight'}
          apply={weight => void run(() => actions.change(service, backend.name, { weight }))}
        />
        <KillForm
          sessions={backend.sessionsActive}
          apply={() => void run(() => actions.kill(service, backend.name))}
        />
      </div>
    </Modal>
  )
}
