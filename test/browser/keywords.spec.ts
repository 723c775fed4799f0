// Keywords in the app: those of the files become labels after a look, and labels are written into sidecars.
import { chmod, readFile, writeFile } from 'node:fs/promises'
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

test(
  'Ctrl+S writes the keywords of the selected photos at once, as the dialog did last, and Undo takes them back',
  { tag: '@electron' },
  async ({ app }) => {
    const { page, client } = app
    await client.library.scan({ folders: [await app.photos('holiday', 3)] })
    const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 3 })
    const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
    await client.labels.confirm({ photoIds: photoIds.slice(0, 2), name: 'Birds/Owl' })
    const sidecar = (index: number) => readFile(`${cards[index]?.path ?? ''}.xmp`, 'utf8')
    await expect(page.getByRole('gridcell')).toHaveCount(3)
    await page.getByRole('gridcell').first().click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.press('ControlOrMeta+s')
    const toast = page.getByRole('status').filter({ hasText: 'Keywords of' })
    await expect(toast).toContainText('Keywords of 2 photos written into sidecars, 1 as they were')
    expect(await sidecar(1)).toContain('<rdf:li>Birds|Owl</rdf:li>')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expectAccessible(page)
    await toast.getByRole('button', { name: 'Undo' }).click()
    await expect(() => expect(sidecar(1)).rejects.toThrow('ENOENT')).toPass()

    // One photo: the one where the keyboard stands, in the viewer, and in the review.
    await page.keyboard.press('Escape')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toContainText('1 of 3')
    await page.keyboard.press('ControlOrMeta+s')
    await expect(toast).toContainText('Keywords of 1 photo written into its sidecar')
    expect(await sidecar(0)).toContain('Birds|Owl')
    await expect(sidecar(1)).rejects.toThrow('ENOENT')
    await page.keyboard.press('ControlOrMeta+s')
    await expect(page.getByText('The files have these keywords already.')).toBeVisible()
  },
)

test('Ctrl+S in the review writes the photo that shows; what fails is named with its reason, and Details shows the dialog', async ({
  app,
}) => {
  const { page, client } = app
  await client.library.scan({ folders: [await app.photos('holiday', 1)] })
  const [card] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  if (!card?.photoId) throw new Error('there is no photo')
  const sidecar = `${card.path}.xmp`
  await writeFile(sidecar, xmpPacket(list('dc:subject', 'Bag', 'theirs')))
  await chmod(sidecar, 0o444)
  await client.library.scan({ folders: [path.dirname(card.path)] })
  await client.labels.confirm({ photoIds: [card.photoId], name: 'owl' })
  await page.getByRole('button', { name: 'Review' }).first().click()
  await page.getByRole('button', { name: 'Show reviewed photos' }).click()
  await expect(page.getByRole('region', { name: 'Review' }).getByRole('img').first()).toBeVisible()
  await page.keyboard.press('ControlOrMeta+s')
  const problem = page.getByRole('alert')
  await expect(problem).toContainText(
    `The keywords were not written into ${card.name}.xmp. It is write-protected; allow writing to it.`,
  )
  await problem.getByRole('button', { name: 'Details' }).click()
  const dialog = page.getByRole('dialog', { name: 'Keywords for Lightroom, digiKam and others' })
  await expect(dialog.getByRole('row', { name: `${card.name}.xmp` })).toContainText('+ owl')
  expect(await readFile(sidecar, 'utf8')).not.toContain('owl')
})

test('once it is switched on, keywords are written as the user labels, and follow an undo', async ({
  app,
}) => {
  const { page, client } = app
  await client.library.scan({ folders: [await app.photos('holiday', 2)] })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 2 })
  const sidecar = (index: number) => readFile(`${cards[index]?.path ?? ''}.xmp`, 'utf8')
  await page.getByRole('button', { name: 'Settings' }).click()
  const setting = page.getByRole('radiogroup', { name: 'Write keywords as I label' })
  await expect(setting.getByRole('radio', { name: 'Off' })).toBeChecked()
  await setting.getByText('On', { exact: true }).click()
  await expect(setting.getByRole('radio', { name: 'On' })).toBeChecked()
  await expectAccessible(page)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Library' }).click()
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('t')
  await page.keyboard.type('harbour')
  await page.keyboard.press('Enter')
  await expect(async () => expect(await sidecar(0)).toContain('<rdf:li>harbour</rdf:li>')).toPass()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(() => expect(sidecar(0)).rejects.toThrow('ENOENT')).toPass()
  // What was written is no step of its own.
  await expect(page.getByRole('button', { name: /^Undo/ }).first()).toBeDisabled()
})

test('photos that cannot be written wait: the status bar says why, the settings how many, and Try again writes them', async ({
  app,
}) => {
  const { page, client } = app
  await client.library.scan({ folders: [await app.photos('holiday', 1)] })
  const [card] = (await client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  if (!card?.photoId) throw new Error('there is no photo')
  const sidecar = `${card.path}.xmp`
  await writeFile(sidecar, xmpPacket(list('dc:subject', 'Bag', 'theirs')))
  await chmod(sidecar, 0o444)
  await client.library.scan({ folders: [path.dirname(card.path)] })
  await expect(page.getByRole('gridcell')).toHaveCount(1)
  await page.keyboard.press('ControlOrMeta+e')
  await page.getByRole('button', { name: 'For Lightroom / digiKam' }).click()
  await page.getByRole('checkbox', { name: 'From now on, write so whenever I label' }).check()
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await client.settings.get({})).keywordWriting.isAutomatic).toBe(true)
  await client.labels.confirm({ photoIds: [card.photoId], name: 'owl' })
  const status = page.getByRole('contentinfo')
  await expect(status).toContainText(
    `The keywords in ${card.name}.xmp wait. It is write-protected; allow writing to it.`,
  )
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByText('1 photo waits for its keywords.')).toBeVisible()
  expect(await readFile(sidecar, 'utf8')).not.toContain('owl')
  await chmod(sidecar, 0o644)
  await status.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('1 photo waits for its keywords.')).toBeHidden()
  await expect(status).not.toContainText('wait')
  expect(await readFile(sidecar, 'utf8')).toContain('owl')
})
