import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

/** Changes the share of new sessions that a backend gets. */
export function WeightForm({
  current,
  wrong,
  apply,
}: {
  readonly current: number
  readonly wrong: boolean
  apply(weight: number): void
}): JSX.Element {
  const [weight, setWeight] = useState(String(current))
  const submit = (event: Event): void => {
    event.preventDefault()
    apply(Number(weight))
  }
  return (
    <form class="form is-row" onSubmit={submit}>
      <label class="field">
        Weight, 1 to 256
        <input
          type="number"
          min="1"
          max="256"
          step="1"
          required
          value={weight}
          aria-describedby="backend-failure"
          aria-invalid={wrong}
          onInput={({ currentTarget }) => setWeight(currentTarget.value)}
        />
      </label>
      <button type="submit">Apply weight</button>
    </form>
  )
}
