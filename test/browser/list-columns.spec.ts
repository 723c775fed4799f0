// The columns of the list: made wider and narrower, fitted, hidden, and kept.
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

const longName = 'a photo whose name is much longer than a column would be of its own accord, and goes on.jpg'

async function openList(app: App): Promise<void> {
  const folder = await app.photos('holiday', 6)
  await writePhoto(path.join(folder, longName), 7)
  await app.client.library.scan({ folders: [folder] })
  await app.page.getByRole('button', { name: 'As a list' }).click()
  await expect(app.page.getByText(longName)).toBeVisible()
}

const head = ({ page }: App, name: string) =>
  page.getByRole('group', { name: 'Sort by' }).getByRole('button', { name, exact: true })
const widthOf = async (app: App, column: string) => {
  const cells = app.page.locator(`.grid-row [data-column="${column}"]`)
  return (await cells.first().boundingBox())?.width ?? 0
}
const isCutOff = ({ page }: App) =>
  page.getByText(longName).evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)

test('a column follows its edge and the keys, fits its contents, and stays so', async ({ app }) => {
  const { page } = app
  await openList(app)
  const before = await widthOf(app, 'name')
  const edge = page.locator('[data-edge="name"]')
  const at = (await edge.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  await edge.hover()
  await page.mouse.down()
  await page.mouse.move(at.x + at.width / 2 - 60, at.y + 5)
  await page.mouse.up()
  await expect.poll(() => widthOf(app, 'name')).toBeCloseTo(before - 60, -1)
  expect(await isCutOff(app)).toBe(true)
  // The edge is no head: nothing was sorted the other way round.
  await expect(page.getByRole('button', { name: 'Reverse order' })).toHaveAttribute('aria-pressed', 'false')

  const dragged = await widthOf(app, 'name')
  await head(app, 'Name').press('Shift+ArrowRight')
  await expect.poll(() => widthOf(app, 'name')).toBeCloseTo(dragged + 16, 0)
  await head(app, 'Name').press('Shift+ArrowLeft')
  await expect.poll(() => widthOf(app, 'name')).toBeCloseTo(dragged, 0)

  await page.setViewportSize({ width: 1600, height: 800 })
  await edge.dblclick()
  await expect.poll(() => isCutOff(app)).toBe(false)
  const fitted = await widthOf(app, 'name')
  await page.reload()
  await expect.poll(() => widthOf(app, 'name')).toBe(fitted)
  // In a window that is too small for it, no column leaves the row.
  await page.setViewportSize({ width: 800, height: 560 })
  const overflow = () =>
    page
      .locator('.photo.grid-row')
      .first()
      .evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  await expect.poll(overflow).toBeLessThanOrEqual(0)
})

test('columns are hidden and shown in the menu of a head, and come back as they were at first', async ({
  app,
}) => {
  const { page } = app
  await openList(app)
  await head(app, 'Date').click({ button: 'right' })
  const date = page.getByRole('menuitemcheckbox', { name: 'Date' })
  await expect(date).toBeChecked()
  await expectAccessible(page)
  await date.click()
  await expect(head(app, 'Date')).toBeHidden()
  await expect(page.locator('[data-column="date"]')).toHaveCount(0)
  await page.reload()
  await expect(head(app, 'Name')).toBeVisible()
  await expect(head(app, 'Date')).toBeHidden()
  // A column that has no room is not gone without a word.
  await page.setViewportSize({ width: 800, height: 560 })
  await page.getByRole('button', { name: 'Columns' }).click()
  await expect(page.getByRole('menuitemcheckbox', { name: 'Folder (no room here)' })).toBeChecked()
  await page.getByRole('menuitem', { name: 'Standard columns' }).click()
  await expect(head(app, 'Date')).toBeVisible()
})
