import t from 'tap'
import { pageAnswer } from '../../../../src/control/admin/page.js'

t.test('a page comes with its policy and in no frame', t => {
  t.strictSame(pageAnswer({ html: '<!doctype html>', policy: "default-src 'none'" }), {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'",
      'Referrer-Policy': 'no-referrer',
      'X-Frame-Options': 'DENY',
    },
    body: '<!doctype html>',
  })
  t.end()
})
