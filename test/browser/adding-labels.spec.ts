// A label is added to those that a photo has, everywhere but in the review of one label a photo; what goes is named.
import { expect, test, type App } from './fixtures.ts'

async function fill(app: App, count: number): Promise<void> {
  await app.client.library.scan({ folders: [await app.photos('holiday', count)] })
  await expect(app.page.getByRole('gridcell')).toHaveCount(count)
}

test('a label is added to those of the selection, replaces them only with Ctrl, and each message names what went', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 3)
  const cells = page.getByRole('gridcell')
  const field = page.getByRole('combobox', { name: 'Choose or type a label' })
  const message = page.locator('.toast')
  const add = async (name: string, key = 'Enter') => {
    await page.keyboard.press('t')
    await field.fill(name)
    await field.press(key)
    await expect(field).toBeHidden()
  }
  const counts = async () =>
    (await app.client.labels.list({}))
      .filter(({ confirmed }) => confirmed > 0)
      .map(({ name, confirmed }) => `${name} ${confirmed}`)
  await cells.nth(0).click()
  await add('workshop')
  await expect(cells.nth(0)).toHaveAccessibleName(/Confirmed: workshop/)
  await page.keyboard.press('ControlOrMeta+a')
  await add('trip 2024')
  await expect(message).toContainText('“trip 2024” added to 3 photos')
  expect(await counts()).toEqual(['trip 2024 3', 'workshop 1'])

  // What is there shows as chips, those on all photos first; the cross takes one away.
  await page.keyboard.press('t')
  const chips = page.getByRole('list', { name: 'Labels of the selection' }).getByRole('listitem')
  await expect(chips).toHaveText(['trip 2024', 'workshop 1 of 3'])
  // Used last, offered first.
  await expect(page.getByRole('listbox', { name: 'Labels' }).getByRole('option').first()).toContainText(
    'trip 2024',
  )
  await page.getByRole('button', { name: 'Remove “workshop”' }).click()
  await expect(message).toContainText('“workshop” removed from 1 photo')
  await expect(chips).toHaveText(['trip 2024'])
  await message.getByRole('button', { name: 'Undo' }).click()
  await expect(message).toContainText('Undone: “workshop” cleared on 1 photo')
  await expect(chips).toHaveText(['trip 2024', 'workshop 1 of 3'])

  await field.fill('garden')
  await field.press('ControlOrMeta+Enter')
  await expect(message).toContainText('“garden” on 3 photos in place of “trip 2024” (3), “workshop” (1)')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: garden' })).toHaveCount(3)
  await message.getByRole('button', { name: 'Undo' }).click()
  await expect(message).toContainText('Undone: label “garden” on 3 photos')
  expect(await counts()).toEqual(['trip 2024 3', 'workshop 1'])
  await message.getByRole('button', { name: 'Redo' }).click()
  await expect(message).toContainText('Redone: label “garden” on 3 photos')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: garden' })).toHaveCount(3)
})
