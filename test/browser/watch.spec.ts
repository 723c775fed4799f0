// While the app runs, it shows what other programs do in its folders.
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test } from './fixtures.ts'

test(
  'photos that come and go are seen without asking, and labelled once that is switched on',
  { tag: '@electron' },
  async ({ app }) => {
    const { page, client } = app
    const folder = await app.photos('holiday', 2)
    await client.library.scan({ folders: [folder] })
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 9 })
    const tiles = page.getByRole('gridcell')
    await expect(tiles).toHaveCount(2)
    await writePhoto(path.join(folder, 'new.jpg'), 7)
    await expect(tiles).toHaveCount(3)
    await rm(cards[0]?.path ?? '')
    await rename(path.join(folder, 'new.jpg'), path.join(folder, 'renamed.jpg'))
    await expect(tiles.filter({ hasText: 'renamed.jpg' })).toHaveCount(1)

    const model = await app.addTinyModel()
    await client.settings.set({ defaultModel: model.name })
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('radiogroup', { name: 'Label new photos' }).getByText('On', { exact: true }).click()
    await expect.poll(async () => (await client.settings.get({})).isNewLabelled).toBe(true)
    await writePhoto(path.join(folder, 'labelled.jpg'), 8)
    const suggested = async () =>
      (await client.browse.open({ filter: { states: ['suggested'] }, sort: {}, first: 9 })).cards
    await expect.poll(async () => (await suggested()).map(({ name }) => name)).toEqual(['labelled.jpg'])
  },
)

test('an error about a folder that was not there leaves once the folder is back', async ({ app }) => {
  const { page, client } = app
  const folder = await app.photos('drive', 2)
  await app.addTinyModel()
  await client.library.scan({ folders: [folder] })
  const tiles = page.getByRole('gridcell')
  await expect(tiles).toHaveCount(2)
  expect(await client.library.watch({})).toMatchObject([{ how: 'events' }])
  await rename(folder, `${folder} away`)
  const gone = page.locator('[role=treeitem] .missing').filter({ hasText: 'drive' })
  await expect(gone).toBeVisible()
  await page.keyboard.press('ControlOrMeta+l')
  await page
    .getByRole('dialog', { name: 'Label photos' })
    .getByRole('button', { name: 'Start labelling' })
    .click()
  const error = page.getByRole('alert').filter({ hasText: 'is not there. Connect the drive' })
  await expect(error).toBeVisible()
  await rename(`${folder} away`, folder)
  // It is looked for every five seconds.
  await expect(error).toBeHidden({ timeout: 20_000 })
  await expect(gone).toBeHidden()
})
