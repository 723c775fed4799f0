// The menu of a photo, the mark that selects it, and labels that are copied from one photo to others.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

test('a photo has a menu, a mark to select it, and labels that others can get', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 5)
  await app.client.library.scan({ folders: [folder] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(5)
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 1 })
  const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds, name: 'trip' })
  await app.client.labels.confirm({ photoIds, name: 'sea' })
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  await cells.first().click({ button: 'right' })
  const menu = page.getByRole('menu', { name: 'Actions for the photos' })
  await expect(menu.getByRole('menuitem').first()).toBeFocused()
  await expect(cells.first()).toHaveAttribute('aria-selected', 'true')
  await expect(menu.getByRole('menuitem', { name: 'Move to folder…' })).toBeVisible()
  await menu.getByRole('menuitem', { name: 'Copy labels' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Copied: sea, trip' })).toBeVisible()
  // On the photo itself nothing changes, and there is nothing to undo.
  await page.keyboard.press('ControlOrMeta+v')
  const known = page.getByRole('status').filter({ hasText: 'The photo has “sea, trip” already.' })
  await expect(known).toBeVisible()
  // The mark of a tile adds it to the selection.
  await cells.nth(1).click()
  await cells.nth(2).hover()
  await cells.nth(2).locator('[data-action="toggle"]').click()
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
  await page.keyboard.press('ControlOrMeta+v')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(3)
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  // A label given before is one entry away, for all that are selected.
  await cells.nth(2).click({ button: 'right' })
  await menu.getByRole('menuitem', { name: 'Add “trip”' }).click()
  await expect(page.getByRole('gridcell', { name: 'Confirmed: trip' })).toHaveCount(2)
  await page.getByRole('grid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ControlOrMeta+Space')
  await expect(cells.first()).toHaveAttribute('aria-selected', 'false')
  // The largest tile fits the window.
  await page.getByRole('slider', { name: 'Size of the tiles' }).fill('512')
  const height = (await cells.first().boundingBox())?.height ?? Infinity
  expect(height).toBeLessThan(page.viewportSize()?.height ?? 0)
})

test('the menu of a photo lies within the smallest window, wherever it is asked for, and its last entry can be reached', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await page.setViewportSize({ width: 640, height: 400 })
  await app.client.library.scan({ folders: [await app.photos('holiday', 12)] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(12)
  // Its entry comes a moment after the menu, and makes it wider and higher.
  const name = 'a label with a name that is longer than the menu is wide'
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 1 })
  await app.client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name })
  // A tile whose photo is not loaded yet has no menu.
  await expect(page.getByRole('gridcell', { name: `Confirmed: ${name}` })).toHaveCount(1)
  const menu = page.getByRole('menu', { name: 'Actions for the photos' })
  for (const at of [0, 3]) {
    await cells.nth(at).click({ button: 'right' })
    await expect(menu.getByRole('menuitem', { name: `Add “${name}”` })).toBeVisible()
    const isWithin = async () => {
      const { x, y, width, height } = (await menu.boundingBox()) ?? { x: -1, y: -1, width: 0, height: 0 }
      return x >= 0 && y >= 0 && x + width <= 640 && y + height <= 400
    }
    await expect.poll(isWithin).toBe(true)
    await page.keyboard.press('End')
    await expect(menu.getByRole('menuitem').last()).toBeInViewport({ ratio: 0.9 })
    await page.keyboard.press('Escape')
    await expect(menu).toBeHidden()
  }
})

test('photos are rows of text where the user wants it so, sorted by their heads', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 4)
  await app.client.library.scan({ folders: [folder] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(4)
  await page.getByRole('button', { name: 'As a list' }).click()
  await expect(cells.first()).toContainText('000.jpg')
  await expect(cells.first()).toContainText('part 0')
  // The mark on the picture selects a photo beside the others, as it does on tiles.
  for (const at of [0, 2]) {
    await cells.nth(at).hover()
    await cells.nth(at).locator('[data-action="toggle"]').click()
  }
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
  await page.keyboard.press('Escape')
  const first = await cells.first().getAttribute('id')
  const heads = page.getByRole('group', { name: 'Sort by' })
  await heads.getByRole('button', { name: 'Name' }).click()
  await expect(cells.last()).toHaveAttribute('id', first ?? '')
  const [, second] = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  if (second !== undefined) await app.client.labels.confirm({ photoIds: [second], name: 'alone' })
  await heads.getByRole('button', { name: 'Label' }).click()
  await expect(cells.first()).toContainText('alone')
  await expectAccessible(page)
  await cells.first().dblclick()
  await expect(page.getByRole('complementary', { name: 'About this photo' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.reload()
  await expect(page.getByRole('group', { name: 'Sort by' })).toBeVisible()
})

test('the menu of a photo and the viewer show what was taken near it, and a chip names the place', async ({
  app,
}) => {
  const { page } = app
  const folder = path.join(app.folder, 'trip')
  await mkdir(folder)
  const write = (name: string, minutes: number) =>
    sharp({
      create: { width: 32 + minutes, height: 32, channels: 3, background: { r: 9 * minutes, g: 90, b: 30 } },
    })
      .withExif({
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: `48/1 ${minutes}/1 0/1`,
          GPSLongitudeRef: 'E',
          GPSLongitude: '11/1 34/1 0/1',
        },
      })
      .jpeg()
      .toFile(path.join(folder, name))
  // A minute of latitude is 1.85 km.
  await write('a.jpg', 8)
  await write('b.jpg', 9)
  await write('c.jpg', 20)
  await app.client.library.scan({ folders: [folder] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(3)
  await cells.first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Near here' }).click()
  await expect(cells).toHaveCount(2)
  await page.getByRole('button', { name: /^Remove the condition Within 5 km of 48\.133, 11\.567/ }).click()
  await expect(cells).toHaveCount(3)
  await cells.last().dblclick()
  await page.getByRole('button', { name: 'Near here' }).click()
  await expect(cells).toHaveCount(1)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page
    .getByRole('combobox', { name: 'Place' })
    .selectOption({ label: 'Within 25 km of 48.333, 11.567' })
  await expect(cells).toHaveCount(3)
})

test('Ctrl+C leaves selected text to the browser, and copies labels where none is', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 1)] })
  await page.getByRole('gridcell').click()
  const told = page.getByRole('status').filter({ hasText: 'no label' })
  await page.evaluate(() => {
    const text = document.querySelector('[role="toolbar"] [role="status"]')
    if (text) getSelection()?.selectAllChildren(text)
  })
  await page.keyboard.press('ControlOrMeta+c')
  await page.evaluate(() => getSelection()?.removeAllRanges())
  await expect(told).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+c')
  await expect(told).toHaveCount(1)
})
