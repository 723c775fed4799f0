// The library: what is shown, how it is narrowed down, selected and labelled.
import { expect, test } from './fixtures.ts'

test('starts empty, and adds a folder by its path', async ({ app }) => {
  test.skip(app.kind === 'electron', 'Electron asks with a dialog of the system')
  const folder = await app.photos('holiday', 5)
  await app.page.getByRole('main').getByRole('button', { name: 'Add folder' }).click()
  const dialog = app.page.getByRole('dialog', { name: 'Add folder' })
  await dialog.getByLabel('Path of the folder').fill(`${folder}-gone`)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('holiday-gone')
  await dialog.getByLabel('Path of the folder').fill(folder)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(app.page.getByRole('gridcell')).toHaveCount(5)
  await expect(app.page.getByRole('treeitem', { name: 'holiday, 5' })).toBeVisible()
})

test('labels several photos at once, and takes that back in one step', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 6)
  await app.client.library.scan({ folders: [folder] })
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  await page.getByRole('gridcell').nth(1).click()
  await page
    .getByRole('gridcell')
    .nth(4)
    .click({ modifiers: ['Shift'] })
  await expect(page.getByRole('toolbar')).toContainText('4 selected')
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Choose or type a label' }).fill('animal/cat')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: animal/cat' })).toHaveCount(4)
  await expect(page.getByRole('button', { name: 'Confirmed 4' })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'animal, 4' })).toBeVisible()
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('gridcell', { name: 'Unlabelled' })).toHaveCount(6)
})
