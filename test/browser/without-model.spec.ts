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

test('what needs labelled photos leads to labelling, and is said no more once they are', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  const toast = (text: string) => page.locator('.toast').filter({ hasText: text })
  const dialog = page.getByRole('dialog', { name: 'Auto-label photos' })
  const leads = async (text: string) => {
    await toast(text).getByRole('button', { name: 'Auto-label…' }).click()
    await expect(dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  }
  await page.getByRole('gridcell').first().dblclick()
  await page.keyboard.press('h')
  const noModel = 'There is no model to explain with yet.'
  await leads(noModel)
  await page.keyboard.press('Escape')
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('button', { name: 'Find groups' }).click()
  const noEmbedding = 'No photo has an embedding yet.'
  await leads(noEmbedding)
  await openScreen(page, 'Review')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('useful')
  await expect(page.getByRole('main').getByText(noEmbedding)).toBeVisible()
  await expect(page.getByRole('main').getByRole('button', { name: 'Auto-label…' })).toBeVisible()

  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await expect(toast(noModel)).toHaveCount(0)
  await expect(toast(noEmbedding)).toHaveCount(0)
  await expect(page.getByRole('main').getByText(noEmbedding)).toHaveCount(0)
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 3')
})
