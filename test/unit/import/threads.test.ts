import t from 'tap'
import { readThreads } from '../../../src/import/threads.js'

t.test('leaves the number of threads to the machine', t => {
  const cases: [text: string, workers: 'auto' | undefined, told: RegExp | undefined][] = [
    ['auto', 'auto', undefined],
    ['0', undefined, undefined],
    ['1', undefined, undefined],
    ['4', 'auto', /4 needs Node\.js 22\.12/],
    ['many', undefined, /not a number/],
    ['', undefined, /not a number/],
  ]
  for (const [text, workers, told] of cases) {
    const notes: string[] = []
    t.equal(
      readThreads(text, why => notes.push(why)),
      workers,
      text,
    )
    t.equal(notes.length, told === undefined ? 0 : 1)
    if (told !== undefined) t.match(notes[0], told)
  }
  t.end()
})
