import t from 'tap'
import { TokenDesk, type TokenQuestion } from '../../../../src/dashboard/server/token-desk.js'

function desk(): { desk: TokenDesk; shown: (TokenQuestion | undefined)[]; answer(token?: string): void } {
  const shown: (TokenQuestion | undefined)[] = []
  return {
    desk: new TokenDesk(question => shown.push(question)),
    shown,
    answer: token => shown.at(-1)?.answer(token),
  }
}

t.test('it is asked for once, by all who need it', async t => {
  const { desk: one, shown, answer } = desk()
  const both = Promise.all([one.get(), one.get()])
  answer('good')
  t.strictSame(await both, ['good', 'good'])
  t.equal(await one.get(), 'good')
  t.equal(shown.length, 2)
  t.equal(shown.at(-1), undefined, 'the question is gone')
})

t.test('a refused one is forgotten and asked for again, with the reason', async t => {
  const { desk: one, shown, answer } = desk()
  const first = one.get()
  answer('bad')
  await first
  const second = one.refused('bad', 'wrong token')
  t.equal(shown.at(-1)?.refused, 'wrong token')
  answer('good')
  t.equal(await second, 'good')
  t.equal(await one.refused('bad', 'wrong token'), 'good', 'who is late is given the new one')
})

t.test('who does not say is asked again the next time', async t => {
  const { desk: one, shown, answer } = desk()
  const first = one.get()
  answer()
  t.equal(await first, undefined)
  void one.get()
  t.ok(shown.at(-1))
})
