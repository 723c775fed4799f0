// What is empty is said so only after the core has answered, and not by an answer that is outdated.
import type { Route } from '@playwright/test'
import { expect, test, type App } from './fixtures.ts'
import { holdEach } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

test.beforeEach(({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
})

test('a library is called empty only once that is known', async ({ app }) => {
  const { page } = app
  const { reached, release } = await holdEach(app, 'library.summary')
  const shown = page.waitForResponse(
    (reply) => reply.request().postData()?.includes('"browse.counts"') === true,
  )
  await page.reload()
  await reached
  await (await shown).finished()
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByText('No photos')).toHaveCount(0)
  await expect(page.getByText('No label yet')).toHaveCount(0)
  await expect(page.getByRole('heading', { name: 'Add a folder of photos' })).toHaveCount(0)
  release()
  await expect(page.getByRole('heading', { name: 'Add a folder of photos' })).toBeVisible()
})

/** The first answer to this call is what the core knew when it was asked, and arrives when it is let go. */
async function delayFirst(app: App, method: string) {
  const asked = Promise.withResolvers<null>()
  const released = Promise.withResolvers<null>()
  let isFirst = true
  await app.page.route('**/rpc', async (route: Route) => {
    const call = route.request().postDataJSON() as { method: string }
    if (!isFirst || call.method !== method) {
      await route.fallback()
      return
    }
    isFirst = false
    const response = await route.fetch()
    asked.resolve(null)
    await released.promise
    await route.fulfill({ response })
  })
  return { asked: asked.promise, release: () => released.resolve(null) }
}

test('photos that came while the first numbers were on their way stay, and so do their numbers', async ({
  app,
}) => {
  const { page } = app
  const { asked, release } = await delayFirst(app, 'library.summary')
  const start = page.reload()
  await asked
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await start
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await expect(page.getByRole('treeitem', { name: 'holiday, 3' })).toBeVisible()
  const late = page.waitForResponse(
    (reply) => reply.request().postData()?.includes('"library.summary"') === true,
  )
  // It would be there for a moment alone.
  await page.evaluate((text) => {
    const seen = { wasEmpty: false }
    Object.assign(window, { seen })
    new MutationObserver(() => {
      seen.wasEmpty ||= document.body.innerText.includes(text)
    }).observe(document.body, { childList: true, subtree: true })
  }, 'Add a folder of photos')
  release()
  await (await late).finished()
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await expect(page.getByRole('treeitem', { name: 'holiday, 3' })).toBeVisible()
  expect(
    await page.evaluate(() => (window as unknown as { seen: { wasEmpty: boolean } }).seen.wasEmpty),
  ).toBe(false)
})

test('Learn and the list of backups say nothing of what they do not know yet', async ({ app }) => {
  const { page } = app
  const heads = await holdEach(app, 'heads.list')
  await openScreen(page, 'Learn')
  await heads.reached
  const main = page.getByRole('main')
  await expect(main.getByText('Reading your labels…')).toBeVisible()
  await expect(main.getByText('Train on your labels to see')).toHaveCount(0)
  await expect(main.getByText('0 labels')).toHaveCount(0)
  heads.release()
  await expect(main.getByText('Nothing to learn from yet')).toBeVisible()

  const backups = await holdEach(app, 'backups.list')
  await openScreen(page, 'Settings')
  await backups.reached
  await expect(page.getByRole('heading', { name: 'Backups' })).toBeVisible()
  await expect(page.getByText('There are none yet.')).toHaveCount(0)
  backups.release()
  await expect(page.getByText('There are none yet.')).toBeVisible()
})
