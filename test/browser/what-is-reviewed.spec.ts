// Which photos a review is about, however one gets there.
import { expect, test, type App } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

async function fill(app: App): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  await expect(app.page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(6)
}

test('one selected photo is no review by itself, and the review goes on at its place', async ({ app }) => {
  const { page } = app
  await fill(app)
  await openScreen(page, 'Review')
  const progress = page.getByRole('status', { name: 'Progress' })
  await expect(progress).toContainText('1 of 6')
  await page.keyboard.press('ArrowRight')
  await expect(progress).toContainText('2 of 6')
  await openScreen(page, 'Library')
  await page.getByRole('gridcell').nth(4).click()
  await page.keyboard.press('ControlOrMeta+2')
  await expect(progress).toContainText('2 of 6')
  await page.keyboard.press('Escape')
  await page
    .getByRole('gridcell')
    .nth(2)
    .click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
  await page.keyboard.press('ControlOrMeta+2')
  await expect(progress).toContainText('1 of 2')
})

test('after a review of doubtful labels the library is reviewed as it shows', async ({ app }) => {
  const { page } = app
  await fill(app)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('p')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  await openScreen(page, 'Learn')
  await page.getByRole('button', { name: 'Review labels that are likely wrong' }).click()
  const order = page.getByRole('combobox', { name: 'Order' })
  await expect(order).toHaveValue('suspects')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  await page.keyboard.press('r')
  await expect(order).toHaveValue('grid')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 5')
})
