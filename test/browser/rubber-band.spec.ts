// Drawing a rectangle over the grid selects what it touches.
import { expect, test, type App } from './fixtures.ts'

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

async function boxOf(app: App, place: number): Promise<Box> {
  const box = await app.page.getByRole('gridcell').nth(place).boundingBox()
  if (box === null) throw new Error(`photo ${place} is not on screen`)
  return box
}

/** The space beside the first photo of a row. */
const before = ({ x, y, height }: Box) => ({ x: x - 4, y: y + height / 2 })

async function drag(app: App, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const { mouse } = app.page
  await mouse.move(from.x, from.y)
  await mouse.down()
  await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2)
  await mouse.move(to.x, to.y)
}

async function scanned(app: App, count: number): Promise<void> {
  await app.client.library.scan({ folders: [await app.photos('holiday', count)] })
  await expect(app.page.getByRole('grid')).toBeVisible()
  await expect(app.page.getByText(`${count} photos`, { exact: true })).toBeVisible()
}

test('a rubber band selects what it touches, adds with a key held, and Escape cancels it', async ({
  app,
}) => {
  const { page } = app
  await scanned(app, 12)
  const selected = page.getByRole('gridcell', { selected: true })
  const [first, second, seventh] = [await boxOf(app, 0), await boxOf(app, 1), await boxOf(app, 6)]
  await drag(app, before(first), { x: second.x + 9, y: second.y + second.height / 2 + 9 })
  await expect(selected).toHaveCount(2)
  await page.mouse.up()
  await expect(page.getByRole('toolbar')).toContainText('2 selected')

  // On a photo it needs a key, and then it adds.
  await page.keyboard.down('Control')
  await drag(app, { x: seventh.x + 20, y: seventh.y + 20 }, { x: seventh.x + 60, y: seventh.y + 60 })
  await page.mouse.up()
  await page.keyboard.up('Control')
  await expect(selected).toHaveCount(3)
  await drag(app, { x: seventh.x + 20, y: seventh.y + 20 }, { x: first.x + 60, y: first.y + 60 })
  await page.mouse.up()
  // Without a key it was a click.
  await expect(selected).toHaveCount(3)

  await drag(app, before(first), { x: seventh.x + 9, y: seventh.y + 9 })
  await expect(selected).not.toHaveCount(3)
  await page.keyboard.press('Escape')
  await expect(selected).toHaveCount(3)
  await page.mouse.up()
  await expect(selected).toHaveCount(3)

  // A click between the photos still lets go of all, and one on a photo chooses it.
  await page.mouse.click(before(first).x, before(first).y)
  await expect(selected).toHaveCount(0)
  await page.getByRole('gridcell').nth(3).click()
  await page
    .getByRole('gridcell')
    .nth(5)
    .click({ modifiers: ['Shift'] })
  await expect(selected).toHaveCount(3)
})

test('a rubber band scrolls at the edge, and selects photos that have no element', async ({ app }) => {
  const { page } = app
  await scanned(app, 150)
  const first = await boxOf(app, 0)
  const grid = await page.getByRole('grid').boundingBox()
  if (grid === null) throw new Error('there is no grid')
  await drag(app, before(first), { x: grid.x + grid.width - 30, y: grid.y + grid.height + 60 })
  await expect(page.getByRole('toolbar')).toContainText('150 selected')
  await page.mouse.up()
  await expect(page.getByRole('gridcell', { selected: true }).last()).toBeInViewport()
  await expect(page.getByRole('toolbar')).toContainText('150 selected')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
})

test('a button released outside the window ends the rubber band', async ({ app }) => {
  const { page } = app
  await scanned(app, 12)
  const first = await boxOf(app, 0)
  const grid = await page.getByRole('grid').boundingBox()
  if (grid === null) throw new Error('there is no grid')
  await page.mouse.move(grid.x + 2, before(first).y)
  await page.mouse.down()
  await page.mouse.move(grid.x - 1, before(first).y)
  await page.mouse.up()
  await page.mouse.move(first.x + 20, before(first).y)
  await page.mouse.move(first.x + 60, before(first).y + 20)
  await expect(page.getByText('12 photos', { exact: true })).toBeVisible()
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(0)
})
