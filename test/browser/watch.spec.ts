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
