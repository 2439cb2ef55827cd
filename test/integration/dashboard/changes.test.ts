import type { Locator, Page } from 'playwright-core'
import t from 'tap'
import { startBrowser, visit } from '../../fixtures/browser.js'
import { simulateAdmin, TOKEN } from '../../fixtures/simulated-admin.js'
import { SimulatedServices } from '../../fixtures/simulated-services.js'
import { needs } from '../../services/programs.js'

const skip = needs('chromium')

const services = (): SimulatedServices => new SimulatedServices([{ name: 'postgres', backends: 3 }])

/** The card of a backend. */
function card(page: Page, name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
}

async function giveToken(page: Page, token = TOKEN): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Token' })
  await dialog.getByLabel('Token', { exact: true }).fill(token)
  await dialog.getByRole('button', { name: 'Continue' }).click()
}

/** Presses Tab until something with this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const named = `(document.activeElement?.ariaLabel ?? document.activeElement?.textContent) === ${JSON.stringify(name)}`
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate<boolean>(named)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${name}`)
}

t.test('changes from the page', { skip }, async t => {
  const browser = await startBrowser(t)

  t.test('a drain with a time limit; the token is asked for once and kept nowhere', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page, problems, requests } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Drain postgres-1' }).click()
    const dialog = page.getByRole('dialog', { name: 'postgres-1' })
    t.equal(await dialog.getByRole('radio', { name: 'Drain', exact: true }).isChecked(), true)
    await dialog.getByLabel('For').fill('10m')
    await dialog.getByLabel('Then').selectOption('make it ready')
    await dialog.getByRole('button', { name: 'Apply state' }).click()
    await giveToken(page)
    await page.getByText('postgres-1 drains for 10m.').waitFor()
    t.match(await card(page, 'postgres-1').innerText(), /Drain.*Ready again in/s)
    t.match(simulated.backend('postgres', 'postgres-1'), { state: 'drain', deadline: { then: 'ready' } })
    await page.getByRole('button', { name: 'Make ready postgres-1' }).click()
    await page.getByText('postgres-1 is ready.').waitFor()
    t.match(await card(page, 'postgres-1').innerText(), /Up.*State: ready/s)
    t.notOk(requests.some(url => url.includes(TOKEN)))
    const kept = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state])`
    t.notMatch(await page.evaluate<string>(kept), TOKEN)
    t.strictSame(problems, [])
  })

  t.test('a wrong token is told, and asked for again', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Drain postgres-2' }).click()
    await page.getByRole('button', { name: 'Apply state' }).click()
    await giveToken(page, 'wrong')
    const dialog = page.getByRole('dialog', { name: 'Token' })
    await dialog.getByRole('alert').filter({ hasText: 'the token is wrong' }).waitFor()
    t.equal(simulated.backend('postgres', 'postgres-2')?.state, 'ready')
    await giveToken(page)
    await page.getByText('postgres-2 drains.').waitFor()
    await page.getByRole('button', { name: 'Make ready postgres-2' }).waitFor()
    t.equal(simulated.backend('postgres', 'postgres-2')?.state, 'drain')
  })

  t.test('who gives no token changes nothing', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Drain postgres-2' }).click()
    await page.getByRole('button', { name: 'Apply state' }).click()
    await page.getByRole('dialog', { name: 'Token' }).getByRole('button', { name: 'Cancel' }).click()
    t.equal(await page.getByRole('dialog', { name: 'postgres-2' }).isVisible(), true)
    await page.keyboard.press('Escape')
    t.equal(await page.getByRole('dialog').count(), 0)
    t.equal(simulated.backend('postgres', 'postgres-2')?.state, 'ready')
  })

  t.test('a drain with the keyboard alone; the focus returns to where it was', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('heading', { name: 'postgres-1' }).waitFor()
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.textContent.trim()'), 'Skip to the services')
    await page.keyboard.press('Enter')
    await tabTo(page, 'Drain postgres-2')
    t.not(
      await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'),
      'none',
      'the focus is seen',
    )
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'postgres-2' }).waitFor()
    t.equal(await page.evaluate('document.activeElement.value'), 'drain')
    await tabTo(page, 'Apply state')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Token' }).waitFor()
    await page.keyboard.type(TOKEN)
    await page.keyboard.press('Enter')
    await page.getByText('postgres-2 drains.').waitFor()
    t.equal(simulated.backend('postgres', 'postgres-2')?.state, 'drain')
    t.equal(await page.evaluate('document.activeElement.ariaLabel'), 'Make ready postgres-2')
  })

  t.test('sessions are killed when that was said twice', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Manage postgres-1' }).click()
    await page.getByRole('button', { name: 'Kill sessions' }).click()
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Keep them')
    await page.keyboard.press('Enter')
    t.equal(await page.getByRole('button', { name: 'Kill them' }).count(), 0)
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Kill sessions')
    t.ok((simulated.backend('postgres', 'postgres-1')?.sessionsActive ?? 0) > 0)
    await page.getByRole('button', { name: 'Kill sessions' }).click()
    await page.getByRole('button', { name: 'Kill them' }).click()
    await giveToken(page)
    await page.getByText('The sessions of postgres-1 were killed.').waitFor()
    t.match(simulated.entries.at(-1), { event: 'admin', backend: 'postgres-1', msg: /kill-sessions/ })
  })

  t.test('a weight, and maintenance', async t => {
    const simulated = services()
    const admin = await simulateAdmin(t, simulated)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Manage postgres-3' }).click()
    await page.getByLabel('Weight').fill('7')
    await page.getByRole('button', { name: 'Apply weight' }).click()
    await giveToken(page)
    await page.getByText('postgres-3 has weight 7 now.').waitFor()
    t.match(await card(page, 'postgres-3').innerText(), /weight 7/)
    await page.getByRole('button', { name: 'Manage postgres-3' }).click()
    await page.getByRole('radio', { name: 'Maintenance' }).check()
    await page.getByRole('button', { name: 'Apply state' }).click()
    await page.getByText('postgres-3 is in maintenance.').waitFor()
    t.match(simulated.backend('postgres', 'postgres-3'), { weight: 7, state: 'maintenance', deadline: null })
  })

  t.test('what the server refuses is shown in its words, beside the field it is about', async t => {
    const admin = await simulateAdmin(t, services())
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('button', { name: 'Drain postgres-1' }).click()
    await page.getByLabel('For').fill('soon')
    await page.getByRole('button', { name: 'Apply state' }).click()
    await giveToken(page)
    await page.getByRole('alert').filter({ hasText: 'soon is no duration' }).waitFor()
    t.equal(await page.getByLabel('For').getAttribute('aria-invalid'), 'true')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Reload configuration' }).click()
    await page.getByRole('alert').filter({ hasText: 'there is no file to read again' }).waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    t.equal(await page.getByText('there is no file to read again').count(), 0)
    admin.stop()
    await page.getByRole('button', { name: 'Reload configuration' }).click()
    await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
  })
})
