import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { dashboard } from '../../../../src/control/admin/dashboard.js'

const hash = (text: string): string => createHash('sha256').update(text).digest('base64')

t.test('the page comes with a policy that allows its own script and style and nothing else', async t => {
  const page = '<style>p{}\n</style><p>x</p><script>run()\n</script>'
  const file = pathToFileURL(join(t.testdir({ 'index.html': page }), 'index.html'))
  const { status, headers, body } = await dashboard(file)()
  t.equal(status, 200)
  t.equal(body, page)
  t.match(headers, {
    'Content-Type': 'text/html; charset=utf-8',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  t.equal(
    headers['Content-Security-Policy'],
    [
      `default-src 'none'; script-src 'sha256-${hash('run()\n')}'; style-src 'sha256-${hash('p{}\n')}'`,
      `connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    ].join('; '),
  )
})

t.test('a page without script or style allows none', async t => {
  const file = pathToFileURL(join(t.testdir({ 'index.html': '<p>x</p>' }), 'index.html'))
  const { headers } = await dashboard(file)()
  t.match(headers['Content-Security-Policy'], `script-src 'none'; style-src 'none'`)
})

t.test('it is read once; while it is missing the answer says how it is made', async t => {
  const path = join(t.testdir(), 'index.html')
  const answer = dashboard(pathToFileURL(path))
  t.match(await answer(), { status: 503, body: /ENOENT.*npm run build/ })
  writeFileSync(path, '<p>one</p>')
  t.match(await answer(), { status: 200, body: '<p>one</p>' })
  writeFileSync(path, '<p>two</p>')
  t.match(await answer(), { status: 200, body: '<p>one</p>' })
})
