import t from 'tap'
import { HeldFacts } from '../../../src/observe/held-facts.js'
import type { Observer } from '../../../src/core/observer.js'
import { LISTENING, PROBE, REFUSED, SESSION, WENT_DOWN } from '../../fixtures/facts.js'
import { recordingObserver } from '../../fixtures/recording-observer.js'

const FACTS = [
  ['listening', LISTENING],
  ['admin', { action: 'listening' }],
  ['ready'],
  ['backendState', WENT_DOWN],
  ['failover', { service: 's', from: 'primary', to: 'backup' }],
  ['probe', PROBE],
  ['session', SESSION],
  ['refused', REFUSED],
  ['draining', 1],
  ['stopped'],
  ['warning', 'look', { at: 'this' }],
] as const

function tellAll(observer: Observer): void {
  observer.listening(LISTENING)
  observer.admin({ action: 'listening' })
  observer.ready()
  observer.backendState(WENT_DOWN)
  observer.failover({ service: 's', from: 'primary', to: 'backup' })
  observer.probe(PROBE)
  observer.session(SESSION)
  observer.refused(REFUSED)
  observer.draining(1)
  observer.stopped()
  observer.warning('look', { at: 'this' })
}

t.test('tells nothing before it is released, then all in order, and then each at once', async t => {
  const { observer, told } = recordingObserver()
  const held = new HeldFacts(observer)
  tellAll(held.observer)
  t.strictSame(told, [])
  held.release()
  t.strictSame(told, FACTS)
  held.observer.ready()
  t.strictSame(told, [...FACTS, ['ready']])
})

t.test('never tells what was discarded, nor what comes after', async t => {
  const { observer, told } = recordingObserver()
  const held = new HeldFacts(observer)
  tellAll(held.observer)
  held.discard()
  tellAll(held.observer)
  t.strictSame(told, [])
})
