import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { BackendView } from '../../api/views.js'
import type { History } from '../model/history.js'
import { overall, standingOf, standingWords } from '../model/status.js'
import type { Shown } from '../model/store.js'
import type { TokenQuestion } from '../server/token-desk.js'
import type { BackendActions } from './actions.js'
import { BackendDialog } from './backend-dialog.js'
import { showInTab } from './browser-tab.js'
import { Notices, type Notice } from './notices.js'
import type { Operate } from './operate.js'
import type { Opened } from './opened.js'
import { PageHeader } from './page-header.js'
import { ServiceSection } from './service-section.js'
import { Timeline } from './timeline.js'
import { TokenDialog } from './token-dialog.js'

export interface AppProps {
  readonly shown: Shown
  readonly history: History
  readonly opened: Opened | undefined
  readonly question: TokenQuestion | undefined
  readonly notices: readonly Notice[]
  readonly operate: Operate
  readonly actions: BackendActions
  close(): void
  reload(): void
  dismiss(id: number): void
}

/** The page. */
export function App(props: AppProps): JSX.Element {
  const { shown, history, opened, question, operate } = props
  const [wanted, setWanted] = useState('')
  const text = wanted.trim().toLowerCase()
  const services = shown.services ?? []
  const state = overall(shown.services)
  const managed = services
    .find(({ name }) => name === opened?.service)
    ?.backends.find(({ name }) => name === opened?.backend)
  useEffect(() => showInTab(state), [state.kind, state.detail])
  return (
    <>
      <a class="skip" href="#services">
        Skip to the services
      </a>
      <PageHeader
        state={state}
        connection={shown.connection}
        wanted={wanted}
        look={setWanted}
        reload={props.reload}
      />
      {shown.connection === 'lost' ? (
        <p class="banner" role="alert">
          The connection to evenkeel is lost. What is shown is as it was last; trying again.
        </p>
      ) : null}
      <div class="columns">
        <main id="services" tabIndex={-1}>
          {services.map(service => (
            <ServiceSection
              key={service.name}
              service={service}
              shown={shown}
              history={history}
              wanted={text}
              matches={backend => matches(backend, text)}
              operate={operate}
            />
          ))}
        </main>
        <Timeline entries={shown.entries} services={services.map(({ name }) => name).join(',')} />
      </div>
      <p class="hidden" aria-live="polite">
        {shown.announced}
      </p>
      <Notices notices={props.notices} dismiss={props.dismiss} />
      {opened === undefined || managed === undefined ? null : (
        <BackendDialog
          key={`${opened.service}/${opened.backend}`}
          service={opened.service}
          backend={managed}
          state={opened.state}
          actions={props.actions}
          close={props.close}
        />
      )}
      {question === undefined ? null : <TokenDialog question={question} />}
    </>
  )
}

function matches(backend: BackendView, text: string): boolean {
  const { name, address, state, health, cause } = backend
  return [name, address, state, health, cause ?? '', standingWords(standingOf(backend))].some(word =>
    word.toLowerCase().includes(text),
  )
}
