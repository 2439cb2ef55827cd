import t from 'tap'
import { z } from 'zod'
import { validate } from '../../../../src/config/file/validate.js'
import { keys, unlessAbsent } from '../../../../src/config/file/values.js'

const inner = keys({ weight: z.int().max(5, { error: 'too heavy' }) }, { description: 'inner' })
const schema = keys(
  {
    text: z.string().optional(),
    flag: z.boolean().optional(),
    word: z.enum(['a', 'b']).optional(),
    list: z.array(z.union([z.string(), inner], { error: unlessAbsent('neither') })).optional(),
    kind: z
      .discriminatedUnion('kind', [z.object({ kind: z.literal('x') }), z.object({ kind: z.literal('y') })], {
        error: unlessAbsent('no such kind'),
      })
      .optional(),
    names: z.record(z.string().regex(/^[a-z]+$/, { error: 'not a name' }), z.number()).optional(),
  },
  { description: 'all' },
)

const check = (value: unknown) => validate(schema, value, { path: '--config', text: 'a.yaml' })

t.test('hands back what fits', t => {
  const value = {
    text: 'a',
    flag: true,
    word: 'b',
    list: ['x', { weight: 5 }],
    kind: { kind: 'x' },
    names: { a: 1 },
  }
  t.strictSame(check(value), value)
  t.end()
})

t.test('names the first thing that does not', t => {
  const cases: [value: unknown, message: string][] = [
    [[], '--config "a.yaml": must have keys'],
    ['x', '--config "a.yaml": must have keys'],
    [null, '--config "a.yaml": has no value'],
    [{ text: 5 }, 'text "5": must be text (put it in quotes)'],
    [{ text: { a: 1 } }, 'text: must be text (put it in quotes)'],
    [{ text: null }, 'text: has no value'],
    [{ flag: 'on' }, 'flag "on": must be true or false'],
    [{ word: 'c' }, 'word "c": not one of a, b'],
    [{ word: null }, 'word: has no value'],
    [{ list: 'a' }, 'list "a": must be a list'],
    [{ list: ['a', 5] }, 'list[1] "5": neither'],
    [{ list: [null] }, 'list[0]: has no value'],
    [{ list: [{}] }, 'list[0].weight: required'],
    [{ list: [{ weight: 6 }] }, 'list[0].weight "6": too heavy'],
    [{ list: [{ wieght: 6, weight: 1 }] }, 'list[0].wieght: unknown key (did you mean weight?)'],
    [{ kind: {} }, 'kind.kind: no such kind'],
    [{ kind: { kind: 'z' } }, 'kind.kind "z": no such kind'],
    [{ names: { 'A.b': 1 } }, 'names["A.b"]: not a name'],
    [{ names: { a: '1' } }, 'names.a "1": must be a number'],
    [{ 'a b': 1 }, '["a b"]: unknown key (known: text, flag, word, list, kind, names)'],
  ]
  for (const [value, message] of cases) {
    t.throws(() => check(value), { name: 'ConfigError', message }, JSON.stringify(value))
  }
  t.throws(() => validate(z.string(), 5, { path: 'body' }), {
    message: 'body: must be text (put it in quotes)',
  })
  t.throws(
    () => validate(z.date(), 5, { path: 'body' }),
    { message: /^body: Invalid input/ },
    'in the words of zod',
  )
  t.end()
})
