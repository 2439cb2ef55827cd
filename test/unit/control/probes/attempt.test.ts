import { getEventListeners } from 'node:events'
import t from 'tap'
import { attempt } from '../../../../src/control/probes/attempt.js'
import type { Verdict } from '../../../../src/control/probes/probe.js'

const PASS: Verdict = { kind: 'pass', reason: 'answered' }
const FAIL: Verdict = { kind: 'fail', cause: 'dead', reason: 'late' }

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

t.test('the first verdict counts, and all is freed once before it is told', async t => {
  const { signal } = new AbortController()
  let freed = 0
  const told = attempt(signal, settle => {
    queueMicrotask(() => {
      settle(PASS)
      settle(FAIL)
    })
    return () => freed++
  }).then(verdict => ({ verdict, freed, listening: listeners(signal) }))
  t.equal(listeners(signal), 1)
  t.same(await told, { verdict: PASS, freed: 1, listening: 0 })
})

t.test('a verdict that is there at once', async t => {
  const { signal } = new AbortController()
  let freed = 0
  const verdict = await attempt(signal, settle => {
    settle(PASS)
    return () => freed++
  })
  t.same(verdict, PASS)
  t.equal(freed, 1)
})

t.test('an abort frees in the same turn', async t => {
  const control = new AbortController()
  let freed = 0
  const told = attempt(control.signal, () => () => freed++)
  control.abort()
  t.equal(freed, 1)
  t.equal(listeners(control.signal), 0)
  t.same(await told, { kind: 'local', reason: 'aborted' }, 'which blames nobody')
})

t.test('nothing is opened after an abort', async t => {
  const verdict = await attempt(AbortSignal.abort(), () => t.fail('opened') as never)
  t.equal(verdict.kind, 'local')
})

t.test('an error of the system is a verdict, any other a bug', async t => {
  const { signal } = new AbortController()
  const systemError = Object.assign(new Error('spawn EMFILE'), { code: 'EMFILE', syscall: 'spawn' })
  const verdict = await attempt(signal, () => {
    throw systemError
  })
  t.match(verdict, { kind: 'local', reason: /EMFILE/ })
  await t.rejects(
    attempt(signal, () => {
      throw new RangeError('port')
    }),
    RangeError,
  )
  t.equal(listeners(signal), 0)
})
