// Which photos a review is about, however one gets there.
import { expect, test, type App } from './fixtures.ts'
import { holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

async function fill(app: App): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  await expect(app.page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(6)
}

test('one selected photo does not limit the review, which resumes at its place, or starts at the photo of the cursor', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  await openScreen(page, 'Review')
  const progress = page.getByRole('status', { name: 'Progress' })
  await expect(progress).toContainText('1 of 6')
  await page.keyboard.press('ArrowRight')
  await expect(progress).toContainText('2 of 6')
  await openScreen(page, 'Library')
  await page.keyboard.press('ControlOrMeta+2')
  await expect(progress).toContainText('2 of 6')
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell').nth(4).click()
  await page.keyboard.press('r')
  await expect(progress).toContainText('5 of 6')
  await page.keyboard.press('Escape')
  await page
    .getByRole('gridcell')
    .nth(2)
    .click({ modifiers: ['ControlOrMeta'] })
  await expect(page.getByRole('toolbar')).toContainText('2 selected')
  await page.keyboard.press('ControlOrMeta+2')
  await expect(progress).toContainText('1 of 2')
})

test('the library goes on at the photo where the review was left, and the review where the user goes then', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  const progress = page.getByRole('status', { name: 'Progress' })
  await page.getByRole('gridcell').nth(1).click()
  await page.keyboard.press('r')
  await expect(progress).toContainText('2 of 6')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(progress).toContainText('4 of 6')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(1)
  await expect(page.getByRole('gridcell').nth(3)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByText('4 of 6')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell').nth(1).click()
  await page.keyboard.press('r')
  await expect(progress).toContainText('2 of 6')
})

test('a review from the last photo, which is reviewed, begins at the last one that is not', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  await page.getByRole('gridcell').nth(5).click()
  await page.keyboard.press('p')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  await page.keyboard.press('r')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('5 of 5')
})

test('the next unreviewed photo after the last one is the first that was left out', async ({ app }) => {
  const { page } = app
  await fill(app)
  const progress = page.getByRole('status', { name: 'Progress' })
  await page.getByRole('gridcell').nth(4).click()
  await page.keyboard.press('r')
  await expect(progress).toContainText('5 of 6')
  await page.keyboard.press('Enter')
  await expect(progress).toContainText('6 of 6')
  await page.keyboard.press('PageDown')
  await expect(progress).toContainText('1 of 6')
  await page.getByRole('button', { name: 'Photo 6:' }).click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'End of the list' })).toBeVisible()
  await page.keyboard.press('PageDown')
  await expect(progress).toContainText('1 of 6')
  for (let photo = 1; photo < 5; photo++) {
    await page.keyboard.press('Enter')
    await expect(progress).toContainText(`${photo + 1} of 6`)
  }
  await page.keyboard.press('PageDown')
  await expect(page.getByRole('heading', { name: 'All reviewed' })).toBeVisible()
})

test('after a review of label issues, the order of the library is reviewed again', async ({ app }) => {
  const { page } = app
  await fill(app)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('p')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  await openScreen(page, 'Learn')
  await page.getByRole('button', { name: 'Review labels that are likely wrong' }).click()
  const order = page.getByRole('combobox', { name: 'Order' })
  await expect(order).toHaveValue('label-issues')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  await page.keyboard.press('r')
  await expect(order).toHaveValue('grid')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 5')
})

test('the search for likely wrong labels says what it does on the page, and Cancel goes back to the order of before', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network between page and core that could be slow')
  const { page } = app
  await fill(app)
  await openScreen(page, 'Review')
  const order = page.getByRole('combobox', { name: 'Order' })
  const search = await holdNext(app, 'review.labelIssues')
  await order.selectOption('Likely wrong labels')
  await search.reached
  await expect(page.getByText('Looking for labels that are likely wrong…')).toBeVisible()
  await expect(page.getByRole('progressbar', { name: 'Looking for labels' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(order).toHaveValue('grid')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of')
  search.release()
})

test('a review starts at the first photo after the cursor that waits for one', async ({ app }) => {
  const { page } = app
  await fill(app)
  const cells = page.getByRole('gridcell')
  const next = (await cells.nth(3).getAttribute('title')) ?? ''
  await cells.nth(2).click()
  await page.keyboard.press('p')
  await expect(page.getByRole('gridcell', { name: 'Confirmed' })).toHaveCount(1)
  await page.keyboard.press('r')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('3 of 5')
  await expect(page.getByRole('heading', { name: next })).toBeVisible()
})

test('dialogs are about the folder or filter after a click or a closed viewer, and about several photos or the one that shows', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  const dialog = page.getByRole('dialog')
  const expectScope = async (keys: string, scope: string) => {
    await page.keyboard.press(keys)
    await expect(dialog.getByRole('radio', { name: scope })).toBeChecked()
    await page.keyboard.press('Escape')
    await expect(dialog.getByRole('radio')).toHaveCount(0)
  }
  await page.getByRole('treeitem', { name: 'holiday, 6' }).click()
  const cells = page.getByRole('gridcell')
  await cells.nth(1).click()
  await expectScope('ControlOrMeta+l', 'Folder holiday (6)')
  await expectScope('ControlOrMeta+e', 'Folder holiday (6)')
  await cells.nth(1).dblclick()
  await expect(page.getByRole('button', { name: 'Back to the library' })).toBeVisible()
  await expectScope('ControlOrMeta+e', 'This photo')
  await expectScope('ControlOrMeta+l', 'This photo')
  await page.keyboard.press('Escape')
  await expectScope('ControlOrMeta+l', 'Folder holiday (6)')
  await cells.nth(3).click({ modifiers: ['ControlOrMeta'] })
  await expectScope('ControlOrMeta+e', 'Selected photos (2)')
  await expectScope('ControlOrMeta+l', 'Selected photos (2)')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Suggested 6' }).click()
  await expectScope('ControlOrMeta+e', 'Photos shown now (6)')
})

test('a review says which conditions its photos meet, in an order of its own as well, and shows all without them', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  const label = page.getByRole('tree', { name: 'Suggested' }).getByRole('treeitem').first()
  const name = (await label.getAttribute('title')) ?? ''
  await label.click()
  const chip = page.getByRole('button', { name: `Remove the condition ${name} · Suggested` })
  await expect(chip).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search names and labels' }).fill('part')
  await expect(page.getByRole('button', { name: 'Remove the condition “part”' })).toBeVisible()
  await page.keyboard.press('Enter')
  const shown = await page.getByRole('gridcell').count()
  expect(shown).toBeLessThan(6)
  await page.keyboard.press('r')
  const progress = page.getByRole('status', { name: 'Progress' })
  await expect(progress).toContainText(`1 of ${shown}`)
  const scope = page.getByRole('button', { name: `“part” · ${name} · Suggested` })
  await expect(scope).toBeVisible()
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Most uncertain first')
  await expect(progress).toContainText(`1 of ${shown}`)
  await scope.click()
  await expect(progress).toContainText('1 of 6')
  await expect(scope).toHaveCount(0)
})

test('what is reviewed is cut short before the options go into a menu', async ({ app }) => {
  const { page } = app
  const model = await app.addTinyModel()
  const folder = await app.photos('holiday with a name that takes much room', 6)
  await app.label({ folders: [folder], model: model.name })
  await page.getByRole('treeitem', { name: 'holiday with a name' }).click()
  await openScreen(page, 'Review')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 6')
  const options = page.getByRole('button', { name: 'Thresholds and names…' })
  await expect(page.getByTitle('holiday with a name that takes much room', { exact: true })).toBeVisible()
  for (const width of [1520, 1440, 1360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await expect(options).toBeVisible()
  }
  await page.setViewportSize({ width: 1100, height: 800 })
  await expect(options).toBeHidden()
})

test('the review of a photo that no model has seen offers to label it', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 1)] })
  await openScreen(page, 'Review')
  await expect(page.getByText('No model has looked at this photo yet')).toBeVisible()
  await page.getByRole('button', { name: 'Auto-label…' }).click()
  await expect(page.getByRole('dialog')).toContainText('1')
})
