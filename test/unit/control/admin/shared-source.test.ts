import t from 'tap'
import { sharedSource } from '../../../../src/control/admin/shared-source.js'
import type { AdminSource } from '../../../../src/control/admin/source.js'
import { adminSource, serviceNamed } from '../../../fixtures/admin-source.js'
import { settled } from '../../../fixtures/fake-clock.js'

type Made = Awaited<ReturnType<AdminSource['metrics']>>

/** A source whose metrics are made when the test says so, each with its number. */
function slowSource(): { source: AdminSource; begun: () => number; finish: (error?: Error) => void } {
  const running: { resolve: (made: Made) => void; reject: (error: Error) => void }[] = []
  let begun = 0
  const metrics = (): Promise<Made> => {
    begun++
    return new Promise((resolve, reject) => running.push({ resolve, reject }))
  }
  return {
    source: sharedSource(adminSource([], { metrics })),
    begun: () => begun,
    finish: error => {
      const first = running.shift()
      if (error === undefined) first?.resolve({ contentType: 'text/plain', body: String(begun) })
      else first?.reject(error)
    },
  }
}

t.test('all who ask while one answer is made share the next', async t => {
  const { source, begun, finish } = slowSource()
  const first = source.metrics()
  const later = Array.from({ length: 100 }, () => source.metrics())
  t.equal(begun(), 1)
  finish()
  t.equal((await first).body, '1')
  await settled()
  t.equal(begun(), 2)
  const last = source.metrics()
  finish()
  t.same(new Set((await Promise.all(later)).map(({ body }) => body)), new Set(['2']))
  await settled()
  t.equal(begun(), 3, 'who asked when that was under way gets one of his own')
  finish()
  t.equal((await last).body, '3')
})

t.test('who asks alone gets an answer of his own at once', async t => {
  const { source, begun, finish } = slowSource()
  for (const count of [1, 2, 3]) {
    const asked = source.metrics()
    t.equal(begun(), count)
    finish()
    t.equal((await asked).body, String(count))
    await settled()
  }
})

t.test('a failure is for those who shared it, and not the end', async t => {
  const { source, finish } = slowSource()
  const [first, second, third] = [source.metrics(), source.metrics(), source.metrics()]
  finish(new Error('no stats'))
  await t.rejects(first, { message: 'no stats' })
  await settled()
  finish(new Error('none again'))
  await t.rejects(second, { message: 'none again' })
  await t.rejects(third, { message: 'none again' })
  const after = source.metrics()
  finish()
  t.match(await after, { body: '3' })
})

t.test('it is never made twice at a time, whenever it is asked for', async t => {
  const { source, begun, finish } = slowSource()
  const asked = [source.metrics(), source.metrics()]
  finish()
  // A microtask before, in and after the one in which the next begins.
  for (let count = 0; count < 10; count++) {
    await Promise.resolve()
    asked.push(source.metrics())
    t.ok(begun() <= 2)
  }
  finish()
  await settled()
  finish()
  await Promise.all(asked)
  t.equal(begun(), 3)
})

t.test('services are shared as well, and readiness is always the present one', async t => {
  let ready = 0
  const source = sharedSource(adminSource(['a'], { notReady: () => [String(++ready)] }))
  t.strictSame(await source.services(), [serviceNamed('a')])
  t.strictSame([source.notReady(), source.notReady()], [['1'], ['2']])
})

t.test('everything else is passed on as it is', async t => {
  const asked: unknown[] = []
  const source = adminSource(['a'], {
    explain: (...told) => {
      asked.push(told)
      return Promise.resolve(undefined)
    },
  })
  const shared = sharedSource(source)
  t.equal((await shared.service('a'))?.name, 'a')
  t.equal(await shared.service('b'), undefined)
  t.equal(await shared.explain('a', { address: '192.0.2.1', port: 1 }), undefined)
  t.strictSame(asked, [['a', { address: '192.0.2.1', port: 1 }]])
  t.equal(shared.history().stepMs, 5000)
  t.equal(shared.journal, source.journal)
  t.equal(shared.changes, source.changes)
})
