import t from 'tap'
import { Coalesced } from '../../../../src/datapath/kernel/coalesced.js'

t.test('one run is for all who ask before it begins, and the next one for those after', async t => {
  const ends: (() => void)[] = []
  const coalesced = new Coalesced(() => new Promise(resolve => ends.push(resolve)))
  const [first, same] = [coalesced.ask(), coalesced.ask()]
  t.equal(first, same)
  await turn()
  t.equal(ends.length, 1)
  const next = coalesced.ask()
  t.not(next, first)
  await turn()
  t.equal(ends.length, 1, 'never two at a time')
  ends[0]?.()
  await first
  await turn()
  t.equal(ends.length, 2)
  ends[1]?.()
  await next
})

t.test('who asks one that fails hears of it, and the next one runs all the same', async t => {
  let runs = 0
  const coalesced = new Coalesced(() =>
    ++runs === 1 ? Promise.reject(new Error('no table')) : Promise.resolve(),
  )
  await t.rejects(coalesced.ask(), /no table/)
  await coalesced.ask()
  t.equal(runs, 2)
})

t.test('what is waited for before a run counts as before it', async t => {
  let begin: () => void = () => undefined
  let runs = 0
  const coalesced = new Coalesced(
    () => Promise.resolve(void runs++),
    () => new Promise(resolve => (begin = resolve)),
  )
  const first = coalesced.ask()
  await turn()
  t.equal(runs, 0)
  t.equal(coalesced.ask(), first)
  begin()
  await first
  t.equal(runs, 1)
})

/** All that is due by now is done. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
