// Rows of photos that keep their shape, and the headings and the scrubber of a list that is sorted by date.
import { mkdir, utimes } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { holdEach } from './support/hold-call.ts'

const sizes = [
  [600, 400],
  [400, 600],
  [800, 400],
  [400, 400],
] as const

/** Photos of four shapes, every third of another month from January 2023 on; the second lies on its side in its file. */
async function addPhotos(app: App, count: number): Promise<void> {
  const folder = path.join(app.folder, 'shapes')
  await mkdir(folder)
  for (let number = 0; number < count; number++) {
    const [width, height] = sizes[number % sizes.length] ?? [1, 1]
    const file = path.join(folder, `${String(number).padStart(3, '0')}.jpg`)
    const isTurned = number % sizes.length === 1
    await sharp({
      create: {
        width: isTurned ? height : width,
        height: isTurned ? width : height,
        channels: 3,
        background: { r: (number * 40) % 256, g: (number * 90) % 256, b: 160 },
      },
    })
      .jpeg()
      .withMetadata({ orientation: isTurned ? 6 : 1 })
      .toFile(file)
    const date = new Date(2023, Math.floor(number / 3), 10)
    await utimes(file, date, date)
  }
  await app.client.library.scan({ folders: [folder] })
  await expect(app.page.getByText(`${count} photos`, { exact: true })).toBeVisible()
}

/** The pictures on screen in their order. */
const boxes = (app: App) =>
  app.page.locator('[role=gridcell] .picture').evaluateAll((pictures) =>
    pictures
      .map((picture) => {
        const { left, right, top, width, height } = picture.getBoundingClientRect()
        const index = Number(picture.closest<HTMLElement>('[data-index]')?.dataset['index'])
        return { index, left, right, top, width, height }
      })
      .sort((a, b) => a.index - b.index),
  )

test('rows keep the shape of each photo, turned as its file says, and fill the width', async ({ app }) => {
  await addPhotos(app, 30)
  await app.page.getByRole('button', { name: 'Rows of whole photos' }).click()
  await expect(app.page.getByRole('button', { name: 'Crop to square' })).toBeHidden()
  const ratios = async () =>
    (await boxes(app)).slice(0, 8).map(({ width, height }) => ((width - 6) / (height - 6)).toFixed(1))
  const expected = [1.5, 2 / 3, 2, 1, 1.5, 2 / 3, 2, 1].map((ratio) => ratio.toFixed(1))
  await expect.poll(ratios).toEqual(expected)
  // Once no shape is corrected any more, all rows but the last end at the same place, and each has one height.
  const rows = async () => [...Map.groupBy(await boxes(app), ({ top }) => top).values()]
  const ends = async () => new Set((await rows()).slice(0, -1).map((row) => row.at(-1)?.right)).size
  await expect.poll(ends).toBe(1)
  expect((await rows()).length).toBeGreaterThan(3)
  for (const row of await rows()) expect(new Set(row.map(({ height }) => height)).size).toBe(1)
  await expectAccessible(app.page)
})

test('down leads to the photo of the next row whose middle is nearest, and a range takes all between', async ({
  app,
}) => {
  const { page } = app
  await addPhotos(app, 20)
  // Once pictures are made, shapes are known, and no row changes any more.
  await expect(page.locator('[role=gridcell] img:not([hidden])')).toHaveCount(20)
  await page.getByRole('button', { name: 'Rows of whole photos' }).click()
  await expect(page.getByRole('button', { name: 'Crop to square' })).toBeHidden()
  await expect.poll(async () => (await boxes(app))[1]?.width ?? 999).toBeLessThan(150)
  const all = await boxes(app)
  const middle = ({ left, right }: { left: number; right: number }) => (left + right) / 2
  const [start] = all.slice(2)
  if (start === undefined) throw new Error('no photos')
  const nextTop = all.find(({ top }) => top > start.top)?.top
  const nearest = all
    .filter(({ top }) => top === nextTop)
    .sort((a, b) => Math.abs(middle(a) - middle(start)) - Math.abs(middle(b) - middle(start)))[0]
  await page.locator('[data-index="2"]').click()
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(`[data-index="${nearest?.index}"]`)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+End')
  await expect(page.locator('[data-index="19"]')).toBeInViewport()
  await expect(page.getByRole('toolbar')).toContainText(`${20 - (nearest?.index ?? 0)} selected`)
})

test('months have headings where photos are sorted by date, in both layouts and no other order', async ({
  app,
}) => {
  const { page } = app
  await addPhotos(app, 12)
  const headings = page.getByRole('rowheader')
  await expect(headings).toHaveCount(0)
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('date')
  // The newest first, as with the head of the list.
  const months = ['April 2023', 'March 2023', 'February 2023', 'January 2023']
  await expect(headings).toHaveText(months)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Rows of whole photos' }).click()
  await expect(headings).toHaveText(months)
  // The first photo of a month begins a row.
  const lefts = (await boxes(app)).filter(({ index }) => index % 3 === 0).map(({ left }) => left)
  expect(new Set(lefts).size).toBe(1)
  await page.getByRole('button', { name: 'As a list' }).click()
  await expect(headings).toHaveCount(0)
  await page.getByRole('button', { name: 'As a list' }).click()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('name')
  await expect(headings).toHaveCount(0)
})

test('the scrubber goes to months by mouse and keys, and is there for dates alone', async ({ app }) => {
  const { page } = app
  await addPhotos(app, 72)
  const scrubber = page.getByRole('slider', { name: 'Date' })
  await expect(scrubber).toBeHidden()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('date')
  await page.getByRole('button', { name: 'Reverse order' }).click()
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'January 2023')
  await expect(scrubber).toContainText('2024')
  await expectAccessible(page)
  await scrubber.focus()
  await page.keyboard.press('ArrowDown')
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'February 2023')
  await page.keyboard.press('PageDown')
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'January 2024')
  await expect(page.getByRole('rowheader', { name: 'January 2024' })).toBeInViewport()
  await page.keyboard.press('End')
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'December 2024')
  await expect(page.getByRole('rowheader', { name: 'December 2024' })).toBeInViewport()
  // Both are on screen at the end of the list.
  await page.keyboard.press('ArrowUp')
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'November 2024')
  const box = await scrubber.boundingBox()
  if (box === null) throw new Error('no scrubber')
  await page.mouse.move(box.x + 10, box.y + 1)
  await expect(scrubber).toContainText('January 2023')
  await page.mouse.down()
  await page.mouse.up()
  await expect(scrubber).toHaveAttribute('aria-valuetext', 'January 2023')
  await expect(page.getByRole('rowheader', { name: 'January 2023' })).toBeInViewport()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('name')
  await expect(scrubber).toBeHidden()
})

test('photos in rows of their shapes, by date and with headings, wait for no call but the one that opens them', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await addPhotos(app, 12)
  await page.getByRole('button', { name: 'Rows of whole photos' }).click()
  await expect(page.getByRole('button', { name: 'Crop to square' })).toBeHidden()
  const others = ['browse.months', 'browse.counts', 'browse.labels']
  const held = await Promise.all(others.map((method) => holdEach(app, method)))
  const opened = page.waitForRequest((request) => {
    const call = request.postDataJSON() as { method?: string; input: { sort?: { by?: string } } } | null
    return call?.method === 'browse.open' && call.input.sort?.by === 'date'
  })
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('date')
  await expect(page.getByRole('rowheader').first()).toHaveText('April 2023')
  const { input } = (await opened).postDataJSON() as { input: { first: number; firstRatios: number } }
  expect(Math.min(input.first, input.firstRatios)).toBeGreaterThanOrEqual(12)
  await page.getByRole('button', { name: 'Reverse order' }).click()
  await expect(page.getByRole('rowheader').first()).toHaveText('January 2023')
  await expect(page.locator('[data-index="0"]')).toHaveAccessibleName(/000\.jpg/)
  for (const { release } of held) release()
})

test('the photo of the keyboard stays in sight when photos are shown in another way', async ({ app }) => {
  await addPhotos(app, 60)
  const { page } = app
  const last = page.getByRole('gridcell', { name: '059.jpg' })
  await page.getByRole('grid', { name: 'Photos' }).focus()
  await page.keyboard.press('End')
  await expect(last).toBeInViewport()
  for (const name of ['Rows of whole photos', 'As a list', 'As a list', 'Rows of whole photos']) {
    await page.getByRole('button', { name }).click()
    await expect(last).toBeInViewport({ ratio: 0.9 })
  }
})
