import t from 'tap'
import { parseFdLimit } from '../../../src/config/fd-limit.js'

const limits = (soft: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             63432                63432                processes
Max open files            ${soft.padEnd(20)} 1048576              files
Max locked memory         8388608              8388608              bytes
`

t.test('reads the soft limit', t => {
  t.equal(parseFdLimit(limits('256')), 256)
  t.equal(parseFdLimit(limits('unlimited')), Number.POSITIVE_INFINITY)
  t.end()
})

t.test('knows when it is not there', t => {
  t.equal(parseFdLimit(''), undefined)
  t.equal(parseFdLimit(limits('x')), undefined)
  t.equal(parseFdLimit('Max processes 1 2 files'), undefined)
  t.end()
})
