// Keywords in the app: those of the files become labels after a look, and labels are written into sidecars.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { list, xmpPacket } from '../helpers/metadata-bytes.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

test('chosen keywords of sidecars become labels in one step, and a sidecar that fits two files is asked about', async ({
  app,
}) => {
  const { page, client } = app
  const folder = await app.photos('holiday', 3)
  await client.library.scan({ folders: [folder] })
  const [first, second] = (await client.browse.open({ filter: {}, sort: {}, first: 3 })).cards
  if (first === undefined || second === undefined) throw new Error('there are no photos')
  await writeFile(
    `${first.path}.xmp`,
    xmpPacket(list('lr:hierarchicalSubject', 'Bag', 'Animals|Cat', 'beach')),
  )
  const stem = second.path.slice(0, second.path.lastIndexOf('.'))
  await writeFile(`${stem}.gif`, 'not shown')
  await writeFile(`${stem}.xmp`, xmpPacket(list('dc:subject', 'Bag', 'harbour')))
  await client.library.scan({ folders: [folder] })

  await page.getByRole('button', { name: 'Import labels' }).first().click()
  await page.getByRole('button', { name: 'Keywords in my photos' }).click()
  const dialog = page.getByRole('dialog', { name: 'Keywords in my photos' })
  await expect(dialog.getByRole('row')).toHaveCount(3)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Use for each of them' }).click()
  await expect(dialog.getByRole('row')).toHaveCount(4)
  await dialog.getByRole('checkbox', { name: 'beach' }).uncheck()
  await dialog.getByRole('button', { name: 'Use 2 as my labels' }).click()
  await expect(dialog).toBeHidden()
  const confirmed = async () => (await client.labels.list({})).filter((label) => label.confirmed > 0)
  expect((await confirmed()).map(({ name }) => name).toSorted()).toEqual(['Animals/Cat', 'harbour'])
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect.poll(confirmed).toEqual([])
})

test(
  'confirmed labels are written into sidecars after a look at what changes, and undo removes them',
  { tag: '@electron' },
  async ({ app }) => {
    const { page, client } = app
    const folder = await app.photos('holiday', 2)
    await client.library.scan({ folders: [folder] })
    const [first] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
    if (!first?.photoId) throw new Error('there is no photo')
    await client.labels.confirm({ photoIds: [first.photoId], name: 'Birds/Owl' })
    await page.keyboard.press('ControlOrMeta+e')
    await page.getByRole('button', { name: 'For Lightroom / digiKam' }).click()
    const dialog = page.getByRole('dialog', { name: 'Keywords for Lightroom, digiKam and others' })
    await expect(dialog.getByRole('status').first()).toContainText('1 new sidecars')
    await expect(dialog.getByRole('row', { name: `${path.basename(first.path)}.xmp` })).toContainText(
      '+ Birds/Owl',
    )
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Write 1 file' }).click()
    await expect(dialog.getByText('1 written, 1 as they were, 0 failed.')).toBeVisible()
    expect(await readFile(`${first.path}.xmp`, 'utf8')).toContain('<rdf:li>Birds|Owl</rdf:li>')
    await client.history.undo({})
    await expect(readFile(`${first.path}.xmp`)).rejects.toThrow('ENOENT')
  },
)
