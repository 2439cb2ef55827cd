import t from 'tap'
import { z } from 'zod'
import {
  choice,
  count,
  duration,
  durationOrZero,
  keys,
  list,
  text,
  textLike,
  textOf,
  toggle,
  unlessAbsent,
  wholeNumber,
} from '../../../../src/config/file/values.js'

function problem(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value).error?.issues[0]?.message
}

t.test('durations are texts; 0 alone may be a number', t => {
  for (const value of ['5s', '1.5h', '0', '0s']) t.equal(problem(duration('hold'), value), undefined, value)
  t.match(problem(duration('hold'), 5), /^not a duration/)
  t.match(problem(duration('hold'), 0), /^not a duration/)
  t.match(problem(duration('hold'), '5'), /^not a duration/)
  t.equal(problem(durationOrZero('hold'), 0), undefined)
  t.match(problem(durationOrZero('hold'), 5), /^not a duration/)
  t.notMatch(problem(durationOrZero('hold'), null), /not a duration/)
  t.end()
})

t.test('whole numbers have a range', t => {
  const schema = wholeNumber(1, 5)
  for (const value of [1, 5, 1.0]) t.equal(problem(schema, value), undefined)
  for (const value of [0, 6, 1.5, Infinity]) t.equal(problem(schema, value), 'not a whole number from 1 to 5')
  t.notMatch(problem(schema, '1'), /whole number/)
  t.equal(problem(count('connectAttempts'), 2 ** 31), 'not a whole number from 1 to 2147483647')
  t.end()
})

t.test('lists have something, and texts may have a form', t => {
  t.equal(problem(list('allow'), ['a']), undefined)
  t.equal(problem(list('allow'), []), 'at least one is needed')
  t.match(z.toJSONSchema(list('allow')), { description: /network/, minItems: 1, uniqueItems: true })
  const rate = textLike('connectionRatePerClient', /^\d$/, 'no digit')
  t.equal(problem(rate, '5'), undefined)
  t.equal(problem(rate, 'x'), 'no digit')
  t.match(z.toJSONSchema(rate), { description: /sessions/, pattern: '^\\d$' })
  t.end()
})

t.test('editors are told what a key means, and its default', t => {
  t.match(z.toJSONSchema(count('connectAttempts')), { description: /backends tried/, default: 3 })
  t.match(z.toJSONSchema(toggle('passive')), { type: 'boolean', default: true })
  t.match(z.toJSONSchema(choice('udpOnDown', ['rehome', 'pin'])), {
    enum: ['rehome', 'pin'],
    default: 'rehome',
  })
  t.strictSame(z.toJSONSchema(textOf('nothing')), z.toJSONSchema(z.string()))
  t.match(z.toJSONSchema(text('a word')), { type: 'string', description: 'a word' })
  t.end()
})

t.test('an unknown key is refused, with the one that was probably meant', t => {
  const few = keys({ weight: z.number().optional(), name: z.string().optional() }, { description: 'few' })
  const many = keys(
    Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`key${index}`, z.string().optional()])),
    { description: 'many' },
  )
  t.equal(problem(few, { wieght: 1 }), 'unknown key (did you mean weight?)')
  t.equal(problem(few, { colour: 1 }), 'unknown key (known: weight, name)')
  t.equal(problem(many, { colour: 1 }), 'unknown key')
  t.equal(problem(few, {}), undefined)
  t.notMatch(problem(few, 5), /unknown key/)
  t.end()
})

t.test('words for a value of a wrong kind are not for one that is missing', t => {
  const schema = z.union([z.string(), z.number()], { error: unlessAbsent('wrong') })
  t.equal(problem(schema, true), 'wrong')
  t.notMatch(problem(schema, undefined), /wrong/)
  t.notMatch(problem(schema, null), /wrong/)
  t.end()
})
