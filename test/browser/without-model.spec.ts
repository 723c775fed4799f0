// A library without any model: what to do is said where it is missed, with the way there.
import { expect, test } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

test('where there is no model, the dialog, the message and the map lead to one', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there on which the core could be answered for')
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  const error = { code: 'model-missing', message: { template: 'There is no model yet.', values: {} } }
  let missing: readonly string[] = ['models.list', 'models.best']
  // One comes with Labelroom, and cannot be removed.
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string }
    if (!missing.includes(method)) await route.fallback()
    else if (method === 'models.list') await route.fulfill({ json: { ok: true, output: [] } })
    else await route.fulfill({ json: { ok: false, error } })
  })
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await page.getByRole('button', { name: 'Auto-label…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Auto-label photos' })
  await expect(dialog.getByText('There is no model yet; add or download one.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Start' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Models' }).click()
  await expect(page.getByRole('heading', { name: 'Models' })).toBeVisible()

  await openScreen(page, 'Library')
  // It was removed meanwhile.
  missing = ['jobs.start']
  await page.getByRole('button', { name: 'Auto-label…' }).click()
  await dialog.getByRole('button', { name: 'Start' }).click()
  const toast = page.locator('.toast').filter({ hasText: 'There is no model yet.' })
  await toast.getByRole('button', { name: 'Models' }).click()
  await expect(page.getByRole('heading', { name: 'Models' })).toBeVisible()
  await expect(toast).toHaveCount(0)
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Map' }).click()
  await expect(page.getByRole('tabpanel').getByRole('button', { name: 'Auto-label…' })).toBeVisible()
})
