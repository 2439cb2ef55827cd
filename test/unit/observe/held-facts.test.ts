import t from 'tap'
import { HeldFacts } from '../../../src/observe/held-facts.js'
import { FACTS, tellAll } from '../../fixtures/facts.js'
import { recordingObserver } from '../../fixtures/recording-observer.js'

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
