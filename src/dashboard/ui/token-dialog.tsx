import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { TokenQuestion } from '../server/token-desk.js'
import { Failure } from './failure.js'
import { Modal } from './modal.js'

/** Asks for the token. */
export function TokenDialog({ question }: { readonly question: TokenQuestion }): JSX.Element {
  const [token, setToken] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    if (token.trim() !== '') question.answer(token.trim())
  }
  return (
    <Modal id="token-title" title="Token" close={() => question.answer(undefined)}>
      <form onSubmit={submit}>
        <p>
          Changes need the admin token. It is in the file named by <code>--admin-token-file</code>, or in the
          one that evenkeel made in its runtime directory.
        </p>
        <Failure words={question.refused} id="token-failure" />
        <label class="field">
          Token
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            autofocus
            value={token}
            aria-invalid={question.refused !== undefined}
            aria-describedby="token-note token-failure"
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        <p class="note" id="token-note">
          It is kept in the memory of this page until the page is closed, and nowhere else.
        </p>
        <div class="modal-foot">
          <button type="button" onClick={() => question.answer(undefined)}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Continue
          </button>
        </div>
      </form>
    </Modal>
  )
}
