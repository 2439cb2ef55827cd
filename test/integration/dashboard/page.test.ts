import t from 'tap'
import { axeComplaints, DESK, PHONE, startBrowser, visit } from '../../fixtures/browser.js'
import { simulateAdmin } from '../../fixtures/simulated-admin.js'
import { SimulatedServices } from '../../fixtures/simulated-services.js'
import { needs } from '../../services/programs.js'

const skip = needs('chromium')

/** Two services in which something of everything has happened. */
function eventful(): SimulatedServices {
  const services = new SimulatedServices([
    { name: 'postgres', backends: 4, balance: 'least-connections' },
    { name: 'game', backends: 2, listeners: [{ protocol: 'udp', address: '::', port: 27_015 }] },
  ])
  services.down('postgres', 'postgres-2')
  services.change('postgres', 'postgres-3', { state: 'maintenance' })
  services.change('game', 'game-2', { state: 'drain', for: '10m', then: 'kill' })
  services.services[0]?.leaving.push({ name: 'old', address: '10.0.0.9:5432', sessionsActive: 3 })
  return services
}

t.test('the page', { skip }, async t => {
  const browser = await startBrowser(t)

  t.test('it loads by itself, from one place, under a strict policy', async t => {
    const admin = await simulateAdmin(t, eventful())
    const answer = await fetch(admin.url)
    const policy = answer.headers.get('Content-Security-Policy') ?? ''
    t.match(
      policy,
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'self'/,
    )
    t.notMatch(policy, 'unsafe')
    const { page, problems, requests } = await visit(t, browser, admin.url)
    t.equal(await page.getByRole('heading', { level: 2, name: 'postgres' }).count(), 1)
    t.match(await page.getByRole('banner').innerText(), /Degraded\s+1 backend is down/)
    await page.waitForFunction(`document.title.includes('Degraded')`)
    const down = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'postgres-2' }) })
    t.match(await down.innerText(), /Down.*10\.0\.0\.12:5432.*weight 1.*dead: connection refused/s)
    const drained = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'game-2' }) })
    t.match(await drained.innerText(), /Drain.*Sessions end in\s+(10:00|9:\d\d).*Health: up.*Make ready/s)
    t.match(
      await page.getByText('Leaving').locator('..').innerText(),
      /old\s+10\.0\.0\.9:5432\s+3 sessions left/,
    )
    for (const plot of ['New sessions a second', 'Traffic to', 'Sessions']) {
      const name = new RegExp(`^${plot} in the last 15 minutes: .*now [\\d.]+.*, at most [\\d.]+`)
      await page.getByRole('img', { name }).first().waitFor()
    }
    t.strictSame(problems, [])
    t.ok(requests.length >= 4)
    t.strictSame(
      requests.filter(url => !url.startsWith(admin.url) && !url.startsWith('data:')),
      [],
      'nobody else is asked for anything',
    )
  })

  t.test('nothing is in the way of anybody, in either theme, on a phone and on a desk', async t => {
    const admin = await simulateAdmin(t, eventful())
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of [PHONE, DESK]) {
        const name = `${colorScheme} ${viewport.width}`
        const { page, problems } = await visit(t, browser, admin.url, { colorScheme, viewport })
        await page.getByRole('button', { name: 'Drain postgres-1' }).waitFor()
        t.strictSame(await axeComplaints(page), [], `${name}: the page`)
        t.equal(
          await page.evaluate('document.documentElement.scrollWidth'),
          viewport.width,
          `${name}: no scrolling aside`,
        )
        await page.getByRole('button', { name: 'Manage postgres-1' }).click()
        await page.getByRole('dialog', { name: 'postgres-1' }).waitFor()
        t.strictSame(await axeComplaints(page), [], `${name}: the dialog of a backend`)
        await page.getByRole('button', { name: 'Kill sessions' }).click()
        t.strictSame(await axeComplaints(page), [], `${name}: the last question`)
        await page.getByRole('button', { name: 'Kill them' }).click()
        await page.getByRole('dialog', { name: 'Token' }).waitFor()
        t.strictSame(await axeComplaints(page), [], `${name}: the dialog of the token`)
        t.strictSame(problems, [])
      }
    }
  })

  t.test('the theme can be chosen, and is still chosen after a reload', async t => {
    const admin = await simulateAdmin(t, eventful())
    const { page } = await visit(t, browser, admin.url, { colorScheme: 'dark' })
    const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const dark = await ground()
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('Light')
    const light = await ground()
    t.not(light, dark)
    t.strictSame(await axeComplaints(page), [])
    await page.reload()
    t.equal(await ground(), light)
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('System')
    t.equal(await ground(), dark)
  })

  t.test('nothing moves for those who want it still', async t => {
    const admin = await simulateAdmin(t, eventful())
    const duration = `getComputedStyle(document.querySelector('button')).transitionDuration`
    const still = await visit(t, browser, admin.url, { reducedMotion: 'reduce' })
    t.equal(await still.page.evaluate(duration), '0s')
    const moving = await visit(t, browser, admin.url, { reducedMotion: 'no-preference' })
    t.not(await moving.page.evaluate(duration), '0s')
  })

  t.test('what changes moves nothing else', async t => {
    const services = eventful()
    const admin = await simulateAdmin(t, services)
    const { page } = await visit(t, browser, admin.url)
    await page.getByRole('complementary').getByText('postgres-2 is down').waitFor()
    await page.evaluate(
      `window.shifted = 0; new PerformanceObserver(list => { for (const { value } of list.getEntries()) window.shifted += value }).observe({ type: 'layout-shift' })`,
    )
    services.down('postgres', 'postgres-1')
    services.change('postgres', 'postgres-4', { state: 'drain', for: '5m', then: 'ready' })
    await page.getByRole('button', { name: 'Make ready postgres-4' }).waitFor()
    await page.getByText('Ready again in').waitFor()
    await page.waitForTimeout(1500)
    const shifted = await page.evaluate<number>('window.shifted')
    t.ok(shifted < 0.05, `shifted by ${shifted}`)
  })

  t.test('a lost connection is told, and found again by itself', async t => {
    const services = eventful()
    const admin = await simulateAdmin(t, services)
    const { page } = await visit(t, browser, admin.url)
    admin.stop()
    await page.getByRole('alert').filter({ hasText: 'connection to evenkeel is lost' }).waitFor()
    t.equal(await page.getByText('Reconnecting', { exact: true }).count(), 1)
    t.equal(
      await page.getByRole('heading', { name: 'postgres-1' }).count(),
      1,
      'what was known is still shown',
    )
    services.up('postgres', 'postgres-2')
    await admin.start()
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByText('postgres-2 is up again').first().waitFor()
    t.equal(await page.getByText('connection to evenkeel is lost').count(), 0)
  })

  t.test('events come newest first, by service when asked', async t => {
    const services = eventful()
    const admin = await simulateAdmin(t, services)
    const { page } = await visit(t, browser, admin.url)
    const timeline = page.getByRole('complementary', { name: 'Timeline' })
    await timeline.getByText('postgres-2 is down').waitFor()
    services.down('game', 'game-1')
    await timeline.getByText('game-1 is down').waitFor()
    t.match(await timeline.getByRole('listitem').first().innerText(), /game-1 is down.*game.*dead/s)
    await timeline.getByRole('combobox', { name: 'Events of' }).selectOption('postgres')
    t.equal(await timeline.getByText('game-1 is down').count(), 0)
    t.equal(await timeline.getByText('postgres-2 is down').count(), 1)
    const spoken = page.locator('p[aria-live=polite]')
    await spoken
      .getByText('game: game-1 is down: connection refused (ECONNREFUSED)', { exact: true })
      .waitFor({ state: 'attached' })
  })

  t.test(
    '300 backends: those in trouble come first, one is found, and a flood of events is drawn twice a second at most',
    async t => {
      const services = new SimulatedServices([{ name: 'fleet', backends: 300 }])
      services.down('fleet', 'fleet-250')
      const admin = await simulateAdmin(t, services)
      const { page, problems } = await visit(t, browser, admin.url)
      const cards = page.getByRole('list', { name: 'Backends of fleet' }).getByRole('listitem')
      t.equal(await cards.count(), 300)
      t.match(await cards.first().innerText(), /fleet-250.*Down/s)
      t.strictSame(await axeComplaints(page), [])
      await page.evaluate(
        `window.drawn = 0; new MutationObserver(() => window.drawn++).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })`,
      )
      const started = performance.now()
      for (let round = 0; round < 50; round++) {
        services[round % 2 === 0 ? 'down' : 'up']('fleet', 'fleet-7')
        await new Promise(resolve => setTimeout(resolve, 80))
      }
      const drawn = await page.evaluate<number>('window.drawn')
      const seconds = (performance.now() - started) / 1000
      t.ok(drawn >= 2 && drawn <= 2 * seconds + 3, `${drawn} times in ${seconds.toFixed(1)} s`)
      await page.getByRole('searchbox', { name: /Filter/ }).fill('fleet-123')
      t.equal(await cards.count(), 1)
      await page.getByRole('searchbox', { name: /Filter/ }).fill('down')
      await cards.filter({ hasText: 'fleet-250' }).waitFor()
      await page.getByRole('searchbox', { name: /Filter/ }).fill('nobody')
      await page.getByText('No backend of fleet matches').waitFor()
      t.strictSame(problems, [])
    },
  )
})
