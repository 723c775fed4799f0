// After a dialog the focus is where it was before it, whichever way it is closed.
import type { Locator } from '@playwright/test'
import { expect, test, type App } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

async function fill(app: App): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  await expect(app.page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(6)
}

/** Opens the dialog in each way in which one is closed without an answer, and expects the focus to return. */
async function closeInAllWays({ page }: App, open: () => Promise<void>, before: Locator): Promise<void> {
  const dialog = page.getByRole('dialog')
  for (const close of [
    () => page.keyboard.press('Escape'),
    () => dialog.getByRole('button', { name: 'Close', exact: true }).last().click(),
    () => page.mouse.click(3, 300),
  ]) {
    await open()
    await expect(dialog).toBeVisible()
    await close()
    await expect(dialog).toHaveCount(0)
    await expect(before).toBeFocused()
  }
}

test('the focus returns to the button that opened a dialog', async ({ app }) => {
  const { page } = app
  await fill(app)
  const names = ['Auto-label…', 'Export…', 'Rules…', 'Manage labels', 'Import labels', 'Add folder']
  for (const name of names.slice(0, app.kind === 'electron' ? -1 : undefined))
    await test.step(name, async () => {
      const button = page.getByRole('button', { name, exact: true })
      const open = async () => {
        await button.focus()
        await page.keyboard.press('Enter')
      }
      await closeInAllWays(app, open, button)
    })
})

test('the focus returns to the photos from dialogs that keys open', async ({ app }) => {
  const { page } = app
  await fill(app)
  const grid = page.getByRole('grid')
  await page.getByRole('gridcell').first().click()
  await expect(grid).toBeFocused()
  for (const keys of ['ControlOrMeta+l', 'ControlOrMeta+e', 'ControlOrMeta+i', 'm', '?'])
    await test.step(keys, () => closeInAllWays(app, () => page.keyboard.press(keys), grid))
})

test('the focus returns to the photos when a dialog has done its work', async ({ app }) => {
  const { page } = app
  await fill(app)
  const grid = page.getByRole('grid')
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('ControlOrMeta+l')
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(grid).toBeFocused()
  await page.keyboard.press('m')
  await page.getByRole('combobox', { name: 'Find a folder' }).fill('part 1')
  await page.keyboard.press('Enter')
  await expect(page.locator('.toast')).toContainText('to part 1')
  await expect(grid).toBeFocused()
})

test('the focus returns to the row whose menu opened a dialog', async ({ app }) => {
  const { page } = app
  await fill(app)
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 6 })
  await app.client.labels.confirm({ photoIds: photoIds.flatMap((id) => id ?? []), name: 'harbour' })
  const opener = page.getByRole('button', { name: 'Actions for harbour' })
  for (const name of ['Rename…', 'Merge into…', 'Move under…', 'Colour…'])
    await test.step(name, async () => {
      const open = async () => {
        await opener.click()
        await page.getByRole('menuitem', { name }).click()
      }
      await closeInAllWays(app, open, opener)
    })
})

test('the focus returns to the buttons of other screens', async ({ app }) => {
  const { page } = app
  await fill(app)
  await app.client.backups.create({})
  const check = (name: string | RegExp) =>
    test.step(String(name), async () => {
      const button = page.getByRole('main').getByRole('button', { name })
      await closeInAllWays(app, () => button.click(), button)
    })
  await openScreen(page, 'Models')
  await page.getByRole('row', { name: /^tiny/ }).click()
  await check('Remove…')
  await openScreen(page, 'Settings')
  await check('About Labelroom')
  await check(/^Restore the backup/)
})
