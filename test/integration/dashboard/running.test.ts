import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { BackendProcess } from '../../fixtures/backend-process.js'
import { PROBED } from '../../fixtures/balanced-tcp.js'
import { startBrowser, visit } from '../../fixtures/browser.js'
import { startEvenkeel, type Evenkeel } from '../../fixtures/evenkeel.js'
import { TcpClient } from '../../fixtures/tcp-client.js'
import { greet, serveTcp } from '../../fixtures/tcp-server.js'
import { needs } from '../../services/programs.js'

const skip = needs('chromium')
const TOKEN = 'a-token-of-the-tests'

interface Running {
  readonly evenkeel: Evenkeel
  /** Of the dashboard. */
  readonly url: string
}

/** The real program with an admin server that a browser can reach. */
async function start(t: Test, backends: readonly string[]): Promise<Running> {
  const tokenFile = join(t.testdir(), 'token')
  writeFileSync(tokenFile, `${TOKEN}\n`, { mode: 0o600 })
  const evenkeel = await startEvenkeel(t, [
    ...['--listen', 'tcp://127.0.0.1:0', '--name', 'web', ...PROBED],
    ...backends.flatMap(backend => ['--backend', backend]),
    ...['--admin', '127.0.0.1:0', '--admin-token-file', tokenFile],
  ])
  const { address } = await evenkeel.event('admin', ({ action }) => action === 'listening')
  return { evenkeel, url: `http://${String(address)}/` }
}

function card(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
}

t.test('the dashboard of the real program', { skip }, async t => {
  const browser = await startBrowser(t)

  t.test('a backend whose process is killed is down on the page within 2 s', async t => {
    const [one, two] = await Promise.all([BackendProcess.start(t, 'one'), BackendProcess.start(t, 'two')])
    const { evenkeel, url } = await start(t, [`${one.address},name=one`, `${two.address},name=two`])
    await Promise.all([evenkeel.backendState('one', 'up'), evenkeel.backendState('two', 'up')])
    const { page, problems, requests } = await visit(t, browser, url)
    await card(page, 'two').getByText('Up', { exact: true }).waitFor()
    await page.getByRole('banner').getByText('All well').waitFor()
    const killed = performance.now()
    await two.kill()
    await card(page, 'two').getByText('Down', { exact: true }).waitFor()
    const shown = performance.now() - killed
    t.comment(`shown after ${Math.round(shown)} ms`)
    t.ok(shown < 2000, 'within 2 s', { shown })
    t.match(await card(page, 'two').innerText(), /dead: .*ECONNREFUSED/s)
    t.match(await page.getByRole('banner').innerText(), /Degraded\s+1 backend is down/)
    const timeline = page.getByRole('complementary', { name: 'Timeline' })
    await timeline.getByText('two is down').waitFor()
    await two.restart()
    await timeline.getByText('two is up again').waitFor()
    await card(page, 'two').getByText('Up', { exact: true }).waitFor()
    t.strictSame(problems, [])
    t.strictSame(
      requests.filter(request => !request.startsWith(url) && !request.startsWith('data:')),
      [],
    )
  })

  t.test(
    'a drain through the page: sessions stay, new ones go elsewhere, the rest is killed on request',
    async t => {
      const [one, two] = await Promise.all([serveTcp(t, greet('one')), serveTcp(t, greet('two'))])
      const { evenkeel, url } = await start(t, [`${one.address},name=one`, `${two.address},name=two`])
      await Promise.all([evenkeel.backendState('one', 'up'), evenkeel.backendState('two', 'up')])
      const connect = async (): Promise<{ client: TcpClient; name: string }> => {
        const client = new TcpClient(evenkeel.port)
        t.teardown(() => client.abort())
        return { client, name: (await client.receive(3)).toString() }
      }
      const before = await Promise.all([connect(), connect(), connect(), connect()])
      const ofOne = before.filter(({ name }) => name === 'one')
      t.equal(ofOne.length, 2)
      const { page } = await visit(t, browser, url)
      await page.getByRole('button', { name: 'Drain one' }).click()
      await page.getByRole('button', { name: 'Apply state' }).click()
      const dialog = page.getByRole('dialog', { name: 'Token' })
      await dialog.getByLabel('Token', { exact: true }).fill('not-the-right-token-at-all')
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await dialog.getByRole('alert').filter({ hasText: 'token' }).waitFor()
      t.match(
        await (await fetch(`${url}api/v1/services`)).text(),
        /"name":"one".*"state":"ready".*"name":"two"/,
      )
      await dialog.getByLabel('Token', { exact: true }).fill(TOKEN)
      await dialog.getByRole('button', { name: 'Continue' }).click()
      await page.getByText('one drains.').waitFor()
      await card(page, 'one').getByText('Draining', { exact: true }).waitFor()
      const after = await Promise.all([connect(), connect(), connect()])
      t.strictSame(
        after.map(({ name }) => name),
        ['two', 'two', 'two'],
      )
      await page.getByRole('button', { name: 'Manage one' }).click()
      await page.getByText('2 active sessions').waitFor()
      await page.getByRole('button', { name: 'Kill sessions' }).click()
      await page.getByRole('button', { name: 'Kill them' }).click()
      await Promise.all(ofOne.map(({ client }) => client.closed))
      await card(page, 'one').getByText('Drained', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Make ready one' }).click()
      await card(page, 'one').getByText('Up', { exact: true }).waitFor()
    },
  )
})
