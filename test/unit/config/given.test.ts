import t from 'tap'
import { below, findGiven, overlay, parseGiven, wrong, type Settings } from '../../../src/config/given.js'
import { parseCount } from '../../../src/config/scalar.js'

const settings = (values: Readonly<Record<string, string>>, at: string): Settings => ({
  given: new Map(Object.entries(values).map(([key, text]) => [key, { path: `${at}.${key}`, text }])),
  place: key => ({ path: `${at}.${key}` }),
})

t.test('an error names the value, or the place of one that is missing', t => {
  t.match(wrong({ path: 'a.b', text: 'x' }, 'bad'), { path: 'a.b', value: 'x', message: 'a.b "x": bad' })
  t.match(wrong({ path: 'a.b' }, 'bad'), { path: 'a.b', value: undefined, message: 'a.b: bad' })
  const part = { path: 'port', text: 'x', whole: { path: '--probe', text: 'tcp,port=x' } }
  t.match(wrong(part, 'bad'), {
    path: '--probe',
    value: 'tcp,port=x',
    message: '--probe "tcp,port=x": port "x": bad',
  })
  t.end()
})

t.test('the errors of parsing name it as well', t => {
  const count = (path: string, text: string): number => parseCount(path, text, 1, 5)
  t.equal(parseGiven({ path: 'a', text: '5' }, count), 5)
  t.throws(() => parseGiven({ path: 'a', text: '6' }, count), {
    message: 'a "6": not a whole number from 1 to 5',
  })
  t.throws(() => parseGiven({ path: 'a', text: '6', whole: { path: '-b', text: 'a=6' } }, count), {
    path: '-b',
    message: '-b "a=6": a "6": not a whole number from 1 to 5',
  })
  t.end()
})

t.test('what was not given has its fallback at its place', t => {
  t.same(findGiven(settings({ a: '1' }, 's'), 'a', '2'), { path: 's.a', text: '1' })
  t.same(findGiven(settings({ a: '1' }, 's'), 'b', '2'), { path: 's.b', text: '2' })
  t.end()
})

t.test('the keys below one', t => {
  const probe = below(settings({ 'probe.kind': 'tcp', probed: 'x', 'log.level': 'info' }, 's'), 'probe')
  t.same([...probe.given], [['kind', { path: 's.probe.kind', text: 'tcp' }]])
  t.same(probe.place('port'), { path: 's.probe.port' })
  t.end()
})

t.test('the first settings win', t => {
  const both = overlay(settings({ a: '1' }, 'x'), settings({ a: '2', b: '3' }, 'y'))
  t.same(both.given.get('a'), { path: 'x.a', text: '1' })
  t.same(both.given.get('b'), { path: 'y.b', text: '3' })
  t.same(both.place('c'), { path: 'y.c' })
  t.end()
})
