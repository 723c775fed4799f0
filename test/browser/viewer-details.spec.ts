// What the viewer says of a photo that cannot be shown whole, the keys that it names, and what keys mean after it.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from './fixtures.ts'

test('a damaged photo is dated by its camera, not by its file', async ({ app }) => {
  const { page } = app
  const folder = path.join(app.folder, 'damaged')
  await mkdir(folder)
  const create = { width: 640, height: 480, channels: 3 as const, noise: { type: 'gaussian' as const } }
  const whole = await sharp({ create: { ...create, background: 'grey' } })
    .withExif({ IFD2: { DateTimeOriginal: '2020:05:06 07:08:09' } })
    .jpeg()
    .toBuffer()
  await writeFile(path.join(folder, 'half.jpg'), whole.subarray(0, whole.length / 2))
  await app.client.library.scan({ folders: [folder] })
  await app.client.settings.set({ keys: { 'grid.assign': 'G' } })
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('Enter')
  const about = page.getByRole('complementary', { name: 'About this photo' })
  await expect(about).toContainText('May 6, 2020')
  await expect(about.getByRole('button', { name: 'Add label' })).toContainText('G')
})

test('a large photo that no model has seen has its size, and is seen by its own pixels', async ({ app }) => {
  const { page } = app
  const folder = path.join(app.folder, 'large')
  await mkdir(folder)
  const create = { width: 2400, height: 1600, channels: 3 as const, background: 'teal' }
  await sharp({ create }).jpeg().toFile(path.join(folder, 'large.jpg'))
  await app.client.library.scan({ folders: [folder] })
  await page.getByRole('gridcell').first().dblclick()
  await expect(page.getByRole('complementary', { name: 'About this photo' })).toContainText(/2,?400 × 1,?600/)
  await page.keyboard.press('z')
  await expect(page.getByRole('group', { name: 'Zoom' })).toContainText(/^\s*100%/)
  await expect(page.getByRole('dialog').locator('img[src*="full"]')).toHaveCount(1)
})

test('in the viewer, keys of the list below act on the photo that shows', async ({ app }) => {
  const { page, client } = app
  await client.library.scan({ folders: [await app.photos('holiday', 3)] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(3)
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 3 })
  const [first, second, third] = cards.flatMap(({ photoId }) => photoId ?? [])
  if (first === undefined || second === undefined || third === undefined) throw new Error('no photos')
  await client.labels.confirm({ photoIds: [first], name: 'first' })
  await client.labels.confirm({ photoIds: [second], name: 'second' })
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(2)
  await cells.first().click()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog')).toContainText('2 of 3')
  await page.keyboard.press('ControlOrMeta+c')
  await expect(page.getByRole('status').filter({ hasText: 'Copied: second' })).toBeVisible()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ControlOrMeta+v')
  await expect
    .poll(async () => (await client.labels.on({ photoIds: [third] })).map(({ name }) => name))
    .toEqual(['second'])
  expect((await client.labels.on({ photoIds: [first] })).map(({ name }) => name)).toEqual(['first'])
  await page.keyboard.press('Escape')
  // A photo with several labels of the user shows them all.
  await client.labels.confirm({ photoIds: [third], name: 'trip' })
  await expect(cells.nth(2)).toHaveAccessibleName(/Confirmed: (second, trip|trip, second)/)
})

test('after the viewer, keys act on the photo that was viewed last', async ({ app }) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 4)], model: model.name })
  const cells = page.getByRole('gridcell')
  await expect(page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(4)
  await cells.first().click()
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog')).toContainText('2 of 4')
  await page.keyboard.press('Escape')
  await expect(cells.nth(1)).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
  await page.keyboard.press('p')
  await expect(cells.nth(1)).toHaveAccessibleName(/Confirmed/)
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  // Several selected photos stay selected.
  await cells.nth(3).click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByRole('dialog')).toContainText('3 of 4')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
})

test('the viewer calls a model by its name, and has its hash for the pointer alone', async ({ app }) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 1)], model: model.name })
  await page.getByRole('gridcell').first().dblclick()
  const heading = page.getByRole('heading', { name: new RegExp(`^${model.name}`) })
  await expect(heading.locator('[title]')).toHaveAttribute('title', /^[0-9a-f]{8}/)
  await expect(heading).not.toContainText(/[0-9a-f]{8}/)
})
