import type { JSX } from 'preact'
import type { BackendView } from '../../api/views.js'
import { amount, byteRate, milliseconds, timeOfDay } from '../model/format.js'
import type { Rates } from '../model/rates.js'
import { standingOf } from '../model/status.js'
import { Deadline } from './deadline.js'
import type { Operate } from './operate.js'
import { Sparkline } from './sparkline.js'
import { StandingPill } from './standing-pill.js'
import { Tags } from './tags.js'
import { unlessUnchanged } from './unchanged.js'

export interface BackendCardProps {
  readonly service: string
  readonly backend: BackendView
  readonly rates: Rates | undefined
  /** The server's time where something is counted down, else 0: a card that shows nothing new is not drawn again. */
  readonly now: number
  /** Of the probe times, which are lists that grow in place. */
  readonly times: readonly number[]
  readonly stepMs: number
  readonly probes: readonly (number | null)[] | undefined
  /** The server's time to the stretch of the small plot. */
  readonly plotted: number
  readonly operate: Operate
}

/** A backend with all there is to know of it. */
export const BackendCard = unlessUnchanged(function BackendCard(props: BackendCardProps): JSX.Element {
  const { service, backend, rates, now, times, stepMs, probes, plotted } = props
  const { lastProbe, deadline } = backend
  const standing = standingOf(backend)
  return (
    <li class={`card is-${standing}`}>
      <div class="card-head">
        <h3>{backend.name}</h3>
        <StandingPill standing={standing} />
      </div>
      <p class="address">
        {backend.address === backend.name ? <span class="hidden">{backend.address}</span> : backend.address}
        <Tags backend={backend} />
      </p>
      <dl class="figures">
        <Figure name="Sessions" value={amount(backend.sessionsActive)} />
        <Figure name="New/s" value={amount(rates?.connections)} />
        <Figure name="To backend" value={byteRate(rates?.bytesToBackend)} />
        <Figure name="To clients" value={byteRate(rates?.bytesToClient)} />
      </dl>
      <div class="probe">
        <span class="probe-time">
          Probe <b>{milliseconds(lastProbe?.durationMs)}</b>
        </span>
        {probes === undefined ? null : (
          <Sparkline times={times} stepMs={stepMs} values={probes} now={plotted} />
        )}
      </div>
      <div class="found">
        <p class={`reason ${lastProbe?.ok === false ? 'is-failed' : ''}`}>
          {backend.cause === null ? null : <b>{backend.cause}: </b>}
          {lastProbe === null ? 'Not probed' : `${lastProbe.reason} `}
          {lastProbe === null ? null : <time dateTime={lastProbe.at}>{timeOfDay(lastProbe.at)}</time>}
        </p>
        {deadline === null ? null : <Deadline deadline={deadline} now={now} />}
      </div>
      <div class="card-foot">
        <p>{backend.state === 'ready' ? 'State: ready' : `Health: ${backend.health}`}</p>
        <Buttons service={service} backend={backend} operate={props.operate} />
      </div>
    </li>
  )
})

function Figure({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Buttons({
  service,
  backend,
  operate,
}: {
  readonly service: string
  readonly backend: BackendView
  readonly operate: Operate
}): JSX.Element {
  const { name, state } = backend
  const isReady = state === 'ready'
  return (
    <div class="buttons">
      <button
        type="button"
        class="quiet"
        aria-label={`${isReady ? 'Drain' : 'Make ready'} ${name}`}
        onClick={() => (isReady ? operate.open(service, name, 'drain') : operate.ready(service, name))}
      >
        {isReady ? 'Drain' : 'Make ready'}
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Manage ${name}`}
        onClick={() => operate.open(service, name, state)}
      >
        Manage
      </button>
    </div>
  )
}
