import t from 'tap'
import {
  NEEDS_HTTP,
  OPTIONS_NEED_HTTP,
  TOLD,
  TOLD_GLOBALS,
  TOLD_OPTIONS,
} from '../../../../src/import/haproxy/told.js'

t.test('reasons are short sentences without an end', t => {
  for (const [keyword, why] of [TOLD, TOLD_OPTIONS, TOLD_GLOBALS].flatMap(Object.entries<string>)) {
    t.ok(why.length < 100 && !why.endsWith('.'), keyword)
  }
  t.end()
})

t.test('what needs HTTP is told of in a proxy that does not speak it', t => {
  for (const keyword of NEEDS_HTTP) t.ok(TOLD[keyword], keyword)
  for (const option of OPTIONS_NEED_HTTP) t.equal(TOLD_OPTIONS[option], undefined, option)
  t.end()
})
