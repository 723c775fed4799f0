// What has the same name as something else: classes of a model, folders and labels.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { expect, test } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

test('the viewer opens a photo whose top classes share a name, and shows that name once', async ({ app }) => {
  const { page } = app
  const model = await app.addTinyModel()
  const names = ['crane', 'crane', 'crane', 'dog', 'dog', 'dog', 'dog']
  await writeFile(path.join(app.folder, 'tiny', 'labels.json'), JSON.stringify(names))
  const cranes = await app.client.models.add({ path: model.path })
  await app.label({ folders: [await app.photos('holiday', 2)], model: cranes.name })
  await expect(page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(2)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('Enter')
  const about = page.getByRole('complementary', { name: 'About this photo' })
  await expect(about.getByRole('button', { name: 'Accept crane' })).toHaveCount(1)
  await expect(about.getByRole('button', { name: 'Accept dog' })).toHaveCount(1)
})

test('a folder and a label of the same name are two conditions', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('dog', 3)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 1), name: 'dog' })
  await page.getByRole('tree', { name: 'Folders' }).getByRole('treeitem', { name: 'dog, 3' }).click()
  await page.getByRole('tree', { name: 'Mine' }).getByRole('treeitem', { name: 'dog, 1' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(1)
  const conditions = page.getByRole('list', { name: 'Conditions' })
  await expect(conditions.getByRole('button', { name: 'Remove the condition dog' })).toHaveCount(2)
  await conditions.getByRole('button').first().click()
  await expect(page.getByRole('treeitem', { name: 'dog, 3' })).toHaveAttribute('aria-selected', 'false')
  await expect(page.getByRole('treeitem', { name: 'dog, 1' })).toHaveAttribute('aria-selected', 'true')
})

test('a folder stays chosen when another is removed whose name is a prefix of it', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('dog', 3), await app.photos('dogs', 2)] })
  const folders = page.getByRole('tree', { name: 'Folders' })
  await folders.getByRole('treeitem', { name: 'dogs, 2' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  await page.getByRole('button', { name: 'Actions for dog', exact: true }).press('Enter')
  // The menu focuses its first entry a moment after it opens, which would take the key away.
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.getByRole('menuitem', { name: 'Remove from library' }).press('Enter')
  await expect(folders.getByRole('treeitem', { name: 'dog, 3' })).toBeHidden()
  await expect(page.getByRole('button', { name: 'Remove the condition dogs' })).toBeVisible()
})

test('of two models of one name, the one that was made the default stays it, also after a restart', async ({
  app,
}) => {
  const first = await app.addTinyModel()
  const change = (weights: Float32Array) => weights.map((value) => value / 2)
  const other = await writeTinyModel(path.join(app.folder, 'other', 'tiny'), { change })
  const second = await app.client.models.add({ path: other })
  expect([second.name, second.id === first.id]).toEqual(['tiny', false])
  const rows = () => app.page.getByRole('row', { name: /tiny/ })
  await openScreen(app.page, 'Models')
  for (const at of [1, 0]) {
    await rows().nth(at).click()
    await app.page.getByRole('button', { name: 'Make default' }).click()
    await expect(rows().nth(at)).toContainText('Default')
  }
  await app.restart('kill')
  await openScreen(app.page, 'Models')
  await expect(rows().nth(0)).toContainText('Default')
  await expect(rows().nth(1)).not.toContainText('Default')
  expect((await app.client.models.best({})).model.id).toBe(first.id)
})
