// The viewer: one photo large, with everything known about it, and its labels to confirm and reject.
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

async function openViewer(app: App) {
  const folder = await app.photos('holiday', 4)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { page } = app
  await expect(page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(4)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('Enter')
  const viewer = page.getByRole('dialog')
  await expect(viewer).toContainText('1 of 4')
  return { page, viewer, about: viewer.getByRole('complementary', { name: 'About this photo' }) }
}

test(
  'the viewer shows the photo, the sources of its labels, and the file',
  { tag: '@electron' },
  async ({ app }) => {
    const { page, viewer, about } = await openViewer(app)
    await expect(viewer.getByRole('img', { name: /\.(jpg|png)$/ })).toBeVisible()
    await expect(about.getByRole('heading', { name: /^tiny/ })).toBeVisible()
    await expect(about).toContainText('Dimensions')
    await expect(about).toContainText(app.folder)
    await expectAccessible(page)
    await page.keyboard.press('ArrowRight')
    await expect(viewer).toContainText('2 of 4')
    await page.keyboard.press('k')
    await expect(viewer).toContainText('1 of 4')
    await page.keyboard.press('Escape')
    await expect(viewer).toBeHidden()
    await expect(page.getByRole('grid')).toBeFocused()
  },
)

test('the keyboard accepts, rejects and adds labels in the viewer', async ({ app }) => {
  const { page, about } = await openViewer(app)
  await page.keyboard.press('2')
  await expect(about.getByRole('heading', { name: /^You/ })).toBeVisible()
  await expect(about.getByRole('listitem').filter({ hasText: 'Confirmed' }).first()).toBeVisible()
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Choose or type a label' }).fill('harbour')
  await page.keyboard.press('Enter')
  await expect(about.getByRole('button', { name: 'Clear harbour' })).toBeVisible()
  await about.getByRole('button', { name: 'Reject harbour' }).click()
  await expect(about.getByRole('button', { name: 'Accept harbour' })).toBeVisible()
  await page.keyboard.press('p')
  await expect(about.getByRole('listitem').filter({ hasText: 'Confirmed' }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
})

test('the viewer has a strip, its own pixels, a histogram, and a panel that can be hidden', async ({
  app,
}) => {
  const { page, viewer, about } = await openViewer(app)
  const zoom = viewer.getByRole('group', { name: 'Zoom' })
  // The small photo fills the stage, as it does in the review.
  const percent = async () => Number(/[\d,]+(?=%)/.exec(await zoom.innerText())?.[0].replaceAll(',', ''))
  await expect.poll(percent).toBeGreaterThan(200)
  const fitted = await percent()
  await page.keyboard.press('+')
  await expect.poll(percent).toBeGreaterThan(fitted * 1.4)
  await page.keyboard.press('z')
  await expect.poll(percent).toBe(100)
  await page.keyboard.press('z')
  await expect.poll(percent).toBe(fitted)
  await expect(about.getByRole('img', { name: /^Histogram/ })).toBeVisible()
  await viewer
    .getByRole('navigation', { name: 'Neighbouring photos' })
    .getByRole('button', { name: /^Photo 3/ })
    .click()
  await expect(viewer).toContainText('3 of 4')
  await page.keyboard.press('i')
  await expect(about).toBeHidden()
  await page.keyboard.press('ArrowLeft')
  await expect(viewer).toContainText('2 of 4')
  await expect(about).toBeHidden()
  await expectAccessible(page)
  // Whoever adds a label wants to see the labels.
  await page.keyboard.press('t')
  await expect(about.getByRole('combobox', { name: 'Choose or type a label' })).toBeFocused()
  await page.keyboard.press('Escape')
  await page.keyboard.press('f')
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true)
  await page.keyboard.press('f')
  await expect.poll(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true)
})

test('each label shows once, with its score, and a decision leaves the numbers of all', async ({ app }) => {
  const { page, about } = await openViewer(app)
  const lines = about.getByRole('listitem').filter({ has: page.getByRole('button') })
  await expect(lines).toHaveCount(5)
  const names = (await lines.locator('.name').allInnerTexts()).map((name) => name.replace('?', ''))
  // Unsure ones end in a question mark.
  for (const name of names) await expect(about.getByText(new RegExp(`^${name}\\??$`))).toHaveCount(1)
  await expect(about.getByRole('heading', { name: /^tiny/ })).toBeVisible()
  await page.keyboard.press('3')
  await expect(lines.nth(2)).toContainText('Confirmed')
  // What the model said stays to be read.
  await expect(lines.nth(2)).toContainText('%')
  await expect(lines.locator('.name')).toHaveText(names.map((name) => new RegExp(`^${name}`)))
  await page.keyboard.press('3')
  await expect(lines.nth(2)).not.toContainText('Confirmed')
})

test('the photo zooms, pans, and fits again', async ({ app }) => {
  const { page, viewer } = await openViewer(app)
  const photo = viewer.getByRole('img', { name: /\.(jpg|png)$/ })
  await expect(photo).toBeVisible()
  const width = async () => (await photo.boundingBox())?.width ?? 0
  const fitted = await width()
  await page.keyboard.press('+')
  await expect.poll(width).toBeGreaterThan(fitted * 1.4)
  await photo.hover()
  await page.mouse.wheel(0, -400)
  await expect.poll(width).toBeGreaterThan(fitted * 2)
  await page.keyboard.press('0')
  await expect.poll(width).toBeCloseTo(fitted, 0)
})

test('the explanation shows where the model looked, with a legend', { tag: '@electron' }, async ({ app }) => {
  const { page, viewer } = await openViewer(app)
  await page.keyboard.press('h')
  await expect(viewer.getByRole('status')).toContainText('where tiny looked')
  await expectAccessible(page)
  await page.keyboard.press('h')
  await expect(viewer.getByRole('status')).toBeHidden()
})

test('Home and End lead to the first and the last photo of the viewer, and Space closes what it opened', async ({
  app,
}) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 5)] })
  await page.getByRole('gridcell').nth(2).dblclick()
  const viewer = page.getByRole('dialog')
  await expect(viewer).toContainText('3 of 5')
  await page.keyboard.press('End')
  await expect(viewer).toContainText('5 of 5')
  await page.keyboard.press('Home')
  await expect(viewer).toContainText('1 of 5')
  await page.keyboard.press('PageDown')
  await expect(viewer).toContainText('2 of 5')
  // As it is opened from the grid. Before, Space led to the photo where the grid's cursor stood.
  await page.keyboard.press('Space')
  await expect(viewer).toHaveCount(0)
  await expect(page.getByRole('gridcell', { selected: true })).toHaveAttribute('data-index', '1')
  await page.keyboard.press('Space')
  await expect(viewer).toContainText('2 of 5')
})
