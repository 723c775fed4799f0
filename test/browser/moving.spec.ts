// Photos are moved to another folder: dropped on it, or by a key; asked once, undone, and what stays says why.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

/** @param sidecar is written before the folder is scanned: what comes later is seen, and shown, in the middle of the test. */
async function fill(app: App, count: number, sidecar: string | null = null): Promise<string> {
  const folder = await app.photos('holiday', count)
  if (sidecar !== null) writeFileSync(path.join(folder, sidecar), 'a sidecar')
  await app.client.library.scan({ folders: [folder] })
  const cells = app.page.getByRole('gridcell')
  await expect(cells).toHaveCount(count)
  // What the photos are is known then, too.
  await expect(cells.first()).toContainText('000.jpg')
  return folder
}

const namesIn = (folder: string, name: string) => readdirSync(path.join(folder, name)).sort()

test('photos that are dropped on a folder move there on disk once the user has said so, and Undo moves them back', async ({
  app,
}) => {
  const { page } = app
  const folder = await fill(app, 6, 'part 0/000.jpg.xmp')
  const cells = page.getByRole('gridcell')
  const item = (name: string) => page.getByRole('tree', { name: 'Folders' }).getByText(name, { exact: true })
  const dialog = page.getByRole('dialog')

  // Another one than those that are selected moves alone.
  await cells.nth(0).click()
  await cells.nth(2).dragTo(item('part 2'))
  await expect(dialog).toContainText('Move 1 photo to holiday/part 2? The file moves on disk.')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  expect(namesIn(folder, 'part 2')).toEqual(['002.jpg', '005.jpg'])

  await cells.nth(1).click({ modifiers: ['ControlOrMeta'] })
  await cells.nth(1).dragTo(item('part 2'))
  await expect(dialog).toContainText('Move 2 photos to holiday/part 2? The files move on disk.')
  await page.keyboard.press('Enter')
  await expect(page.locator('.toast')).toContainText('Moved 2 photos to part 2')
  expect(namesIn(folder, 'part 2')).toEqual(['000.jpg', '000.jpg.xmp', '002.jpg', '003.jpg', '005.jpg'])
  await expect(page.getByRole('treeitem', { name: 'part 2, 4' })).toBeVisible()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await expect(page.locator('.toast')).toContainText('Moved 2 photos back to part 0')
  expect(namesIn(folder, 'part 0')).toEqual(['000.jpg', '000.jpg.xmp', '003.jpg'])

  // As rows of text, too; and where they are already, nothing is asked.
  await page.getByRole('button', { name: 'As a list' }).click()
  await expect(cells.first()).toContainText('000.jpg')
  const second = cells.filter({ hasText: '001.jpg' })
  await second.click()
  await second.dragTo(item('part 1'))
  await expect(page.locator('.toast').last()).toContainText('All of them are in part 1 already.')
  await expect(dialog).toBeHidden()
})

test('a key opens the folders to choose from, typing filters them, and a new folder is made on the way', async ({
  app,
}) => {
  const { page } = app
  const folder = await fill(app, 6)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog', { name: 'Move 6 photos' })
  const field = dialog.getByRole('combobox', { name: 'Find a folder' })
  await expect(field).toBeFocused()
  // None is chosen at first: a guess might be where the photos are already.
  await expect(dialog.getByRole('option', { selected: true })).toHaveCount(0)
  await expect(dialog).toContainText('Choose a folder.')
  await expect(dialog.getByRole('button', { name: 'Move 6 photos' })).toBeDisabled()
  await page.keyboard.press('Enter')
  await field.fill('PART 1')
  await expect(dialog.getByRole('option', { name: 'part 1' })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowUp')
  await expect(dialog.getByRole('option', { name: 'holiday' })).toHaveAttribute('aria-selected', 'true')
  await dialog.getByLabel('New folder in holiday').fill('June')
  await expect(dialog).toContainText('Move 6 photos to holiday/June?')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page.locator('.toast')).toContainText('Moved 6 photos to June')
  await expect(page.getByRole('treeitem', { name: 'June, 6' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.locator('.toast')).toContainText('Moved 6 photos back to their folders')
  expect(existsSync(path.join(folder, 'June'))).toBe(false)
})

test('photos whose names are taken stay and say so, and move with a number where the user wants it', async ({
  app,
}) => {
  const { page } = app
  const folder = await fill(app, 3, 'part 2/000.xmp')
  await page.getByRole('gridcell').first().click()
  await page.getByRole('toolbar').getByRole('button', { name: 'Move to folder…' }).click()
  await page.getByRole('combobox', { name: 'Find a folder' }).fill('part 2')
  await page.keyboard.press('Enter')
  const report = page.getByRole('dialog', { name: '1 photo was not moved' })
  await expect(report).toContainText('000.xmp is there already, and the two would count as one shot.')
  await expectAccessible(page)
  await report.getByRole('button', { name: 'Move it with a number' }).click()
  await expect(page.locator('.toast')).toContainText('Moved 1 photo to part 2')
  expect(namesIn(folder, 'part 2')).toEqual(['000-2.jpg', '000.xmp', '002.jpg'])
})
