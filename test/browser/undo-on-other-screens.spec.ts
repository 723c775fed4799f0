// What shows after a step was taken back by the keys, on each screen that says what was done.
import { expect, test, type App } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

async function fill(app: App, count: number): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', count)], model: model.name })
  await expect(app.page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(count)
}

test('a group whose label was undone can be labelled again, and a redo shows the label again', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 24)
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('button', { name: 'Find groups' }).click()
  const group = page.getByRole('region', { name: 'Group 1', exact: true })
  const field = group.getByRole('combobox', { name: 'Label' })
  await field.fill('holiday')
  await expect(group.getByRole('button', { name: /^Label \d+ photo/ })).toBeEnabled()
  await field.press('Enter')
  await expect(group.getByText('holiday')).toBeVisible()
  await expect(page.getByRole('status').getByRole('button', { name: 'Undo' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(field).toBeVisible()
  // The message would take back the step before.
  await expect(page.getByRole('status').getByRole('button', { name: 'Undo' })).toBeHidden()
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(field).toBeHidden()
  await expect(group.getByText('holiday')).toBeVisible()
})

test('the map drops a label that was undone', async ({ app }) => {
  const { page } = app
  await fill(app, 6)
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 3 })
  await app.client.labels.confirm({ photoIds: photoIds.flatMap((id) => id ?? []), name: 'sea' })
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Map' }).click()
  await page.getByRole('button', { name: /^sea/ }).click()
  await page.getByRole('combobox', { name: 'Label' }).fill('coast')
  await page.getByRole('button', { name: 'Label', exact: true }).click()
  await page.getByRole('button', { name: 'Clear selection' }).click()
  await expect(page.getByRole('button', { name: /^coast/ })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('button', { name: /^sea/ })).toBeVisible()
  await expect(page.getByRole('button', { name: /^coast/ })).toBeHidden()
})

test('the review still counts a photo that keeps another label of the user', async ({ app }) => {
  const { page } = app
  await fill(app, 3)
  await app.client.settings.set({ labelMode: 'multi' })
  await openScreen(page, 'Review')
  const progress = page.getByRole('status', { name: 'Progress' })
  await expect(progress).toContainText('1 of 3')
  await page.keyboard.press('1')
  await page.keyboard.press('2')
  const chosen = page.getByRole('list', { name: 'Suggestions' }).getByRole('button', { pressed: true })
  await expect(chosen).toHaveCount(2)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(chosen).toHaveCount(1)
  await expect(progress).toContainText('1 confirmed')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(chosen).toHaveCount(0)
  await expect(progress).toContainText('0 confirmed')
})

test('a message stays while the pointer is on it, so that its Undo can be reached', async ({ app }) => {
  const { page } = app
  await page.clock.install()
  await fill(app, 3)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('p')
  const message = page.locator('.toast')
  await expect(message.getByRole('button', { name: 'Undo' })).toBeVisible()
  await message.hover()
  await page.clock.runFor(60_000)
  await expect(message).toBeVisible()
  await page.mouse.move(4, 4)
  await page.clock.runFor(2_000)
  await expect(message).toHaveCount(0)
})
