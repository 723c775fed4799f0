// A RAW file and its JPEG are one tile; the settings say which of them is shown.
import { readFile, writeFile } from 'node:fs/promises'
import { rawFile } from '../helpers/raw-files.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

test('a pair is one tile with a sign, its label stays when the RAW file is shown instead', async ({
  app,
}) => {
  const { page, client } = app
  const folder = await app.photos('holiday', 2)
  await client.library.scan({ folders: [folder] })
  const [first] = (await client.browse.open({ filter: {}, sort: {}, first: 2 })).cards
  if (!first?.photoId) throw new Error('there are no photos')
  const stem = first.path.slice(0, first.path.lastIndexOf('.'))
  const preview = await readFile(first.path)
  await writeFile(`${stem}.jpg`, preview)
  await writeFile(`${stem}.NEF`, rawFile('nef', { preview, sensor: Buffer.alloc(500, 7) }))
  await writeFile(`${stem}.mov`, 'film')
  await client.labels.confirm({ photoIds: [first.photoId], name: 'harbour' })
  await client.library.scan({ folders: [folder] })

  const tiles = page.getByRole('gridcell')
  await expect(tiles).toHaveCount(2)
  await expect(tiles.first().getByText('+NEF +MOV')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Settings' }).click()
  const choice = page.getByRole('radiogroup', { name: 'Of a RAW file and a JPEG of one name, show' })
  await expect(choice.getByRole('radio', { name: 'JPEG or HEIC' })).toBeChecked()
  await choice.getByText('RAW', { exact: true }).click()
  await expect
    .poll(async () => (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards[0]?.name)
    .toBe(`${stem.slice(stem.lastIndexOf('/') + 1)}.NEF`)
  await openScreen(page, 'Library')
  await expect(tiles.first().getByText('+JPG +MOV')).toBeVisible()
  await expect(tiles.first()).toContainText('harbour')
})
