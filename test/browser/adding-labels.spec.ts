// A label is added to those that a photo has, everywhere but in the review of one label a photo; what goes is named.
import { expect, test, type App } from './fixtures.ts'
import { holdNext } from './support/hold-call.ts'

async function fill(app: App, count: number): Promise<void> {
  await app.client.library.scan({ folders: [await app.photos('holiday', count)] })
  await expect(app.page.getByRole('gridcell')).toHaveCount(count)
}

test('photos that are dropped on a label get it beside what they have', async ({ app }) => {
  const { page } = app
  await fill(app, 4)
  const cells = page.getByRole('gridcell')
  const { photoIds } = await app.client.browse
    .open({ filter: {}, sort: {} })
    .then(({ viewId }) => app.client.browse.ids({ viewId, from: 0, to: 4 }))
  const [first, second] = photoIds.flatMap((id) => id ?? [])
  if (first === undefined || second === undefined) throw new Error('no photos')
  await app.client.labels.confirm({ photoIds: [first], name: 'workshop' })
  await app.client.labels.confirm({ photoIds: [second], name: 'garden' })
  const label = (name: string) => page.getByRole('tree', { name: 'Mine' }).getByText(name, { exact: true })
  const labelsOf = async (photoId: typeof first) =>
    (await app.client.labels.on({ photoIds: [photoId] })).map(({ name }) => name).toSorted()

  await cells.nth(1).dragTo(label('workshop'))
  await expect(page.locator('.toast')).toContainText('“workshop” added to 1 photo')
  expect(await labelsOf(second)).toEqual(['garden', 'workshop'])
  // One of several that are selected takes the others along, also before the core has named them; another one does not.
  await cells.nth(0).click()
  const { release } = await holdNext(app, 'browse.ids')
  await cells.nth(2).click({ modifiers: ['Shift'] })
  await cells.nth(2).dragTo(label('garden'))
  release()
  await expect(page.locator('.toast')).toContainText('“garden” added to 2 photos')
  await cells.nth(3).dragTo(label('garden'))
  await expect(page.locator('.toast')).toContainText('“garden” added to 1 photo')
  expect(await labelsOf(first)).toEqual(['garden', 'workshop'])
})

test('a label is added to those of the selection, replaces them only with Ctrl, and each message names what went', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 3)
  const cells = page.getByRole('gridcell')
  const field = page.getByRole('combobox', { name: 'Choose or type a label' })
  const message = page.locator('.toast')
  const add = async (name: string, key = 'Enter') => {
    await page.keyboard.press('t')
    await field.fill(name)
    await field.press(key)
    await expect(field).toBeHidden()
  }
  const counts = async () =>
    (await app.client.labels.list({}))
      .filter(({ confirmed }) => confirmed > 0)
      .map(({ name, confirmed }) => `${name} ${confirmed}`)
  await cells.nth(0).click()
  await add('workshop')
  await expect(cells.nth(0)).toHaveAccessibleName(/Confirmed: workshop/)
  await page.keyboard.press('ControlOrMeta+a')
  await add('trip 2024')
  await expect(message).toContainText('“trip 2024” added to 3 photos')
  expect(await counts()).toEqual(['trip 2024 3', 'workshop 1'])

  // What is there shows as chips, those on all photos first; the cross takes one away.
  await page.keyboard.press('t')
  const chips = page.getByRole('list', { name: 'Labels of the selection' }).getByRole('listitem')
  await expect(chips).toHaveText(['trip 2024', 'workshop 1 of 3'])
  // Used last, offered first.
  await expect(page.getByRole('listbox', { name: 'Labels' }).getByRole('option').first()).toContainText(
    'trip 2024',
  )
  await page.getByRole('button', { name: 'Remove “workshop”' }).click()
  await expect(message).toContainText('“workshop” removed from 1 photo')
  await expect(chips).toHaveText(['trip 2024'])
  await message.getByRole('button', { name: 'Undo' }).click()
  await expect(message).toContainText('Undone: “workshop” cleared on 1 photo')
  await expect(chips).toHaveText(['trip 2024', 'workshop 1 of 3'])

  await field.fill('garden')
  await field.press('ControlOrMeta+Enter')
  await expect(message).toContainText('“garden” on 3 photos in place of “trip 2024” (3), “workshop” (1)')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: garden' })).toHaveCount(3)
  await message.getByRole('button', { name: 'Undo' }).click()
  await expect(message).toContainText('Undone: label “garden” on 3 photos')
  expect(await counts()).toEqual(['trip 2024 3', 'workshop 1'])
  await message.getByRole('button', { name: 'Redo' }).click()
  await expect(message).toContainText('Redone: label “garden” on 3 photos')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: garden' })).toHaveCount(3)
})

test('before any label was given, what models suggest is offered, and Enter alone gives none of it', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 4)], model: model.name })
  await expect(page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(4)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('t')
  const options = page.getByRole('listbox', { name: 'Labels' }).getByRole('option')
  await expect(options).not.toHaveCount(0)
  await page.keyboard.press('Enter')
  await expect(options).not.toHaveCount(0)
  expect((await app.client.browse.counts({ filter: {} })).confirmed).toBe(0)
  const last = await options.last().innerText()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell').first()).toHaveAccessibleName(
    new RegExp(`Confirmed: ${last.trim()}`),
  )
})

/** Confirms a label of a photo by its place in the list. */
async function confirm({ client }: App, index: number, name: string): Promise<void> {
  const { viewId } = await client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await client.browse.ids({ viewId, from: index, to: index + 1 })
  await client.labels.confirm({ photoIds: photoIds.flatMap((id) => id ?? []), name })
}

test('what is typed is a new label rather than a longer one that nobody gave, and begins one that is in use', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 3)
  await confirm(app, 2, 'lakeside')
  await expect(page.getByRole('treeitem', { name: 'lakeside, 1' })).toBeVisible()
  const cells = page.getByRole('gridcell')
  const marked = page.getByRole('listbox').getByRole('option', { selected: true })
  await cells.nth(0).click()
  await page.keyboard.press('t')
  const field = page.getByRole('combobox', { name: 'Choose or type a label' })
  // The model has the class "dog".
  await field.fill('do')
  await expect(marked).toHaveText('Create “do”')
  await field.fill('lake')
  await expect(marked).toContainText('lakeside')
  await page.keyboard.press('ArrowDown')
  await expect(marked).toHaveText('Create “lake”')
  await page.keyboard.press('Enter')
  await expect(cells.nth(0)).toHaveAccessibleName(/Confirmed: lake$/)
  // So does the review.
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('r')
  await expect(page.getByRole('region', { name: 'Labels of this photo' })).toBeVisible()
  await page.keyboard.type('lakes')
  await expect(marked).toContainText('lakeside')
  await page.keyboard.press('Backspace')
  await expect(marked).toContainText('lake')
  await expect(marked).not.toContainText('lakeside')
  await page.keyboard.press('Escape')
  await page.keyboard.type('do')
  await expect(marked).toContainText('Create “do”')
})

test('one key gives the label that was given last to other photos, in the grid and in the viewer', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 3)
  const cells = page.getByRole('gridcell')
  await cells.nth(0).click()
  await page.keyboard.press('Shift+T')
  await expect(page.getByText('You have not added a label yet.')).toBeVisible()
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Choose or type a label' }).fill('garden')
  await page.keyboard.press('Enter')
  await expect(cells.nth(0)).toHaveAccessibleName(/Confirmed: garden/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+T')
  await expect(cells.nth(1)).toHaveAccessibleName(/Confirmed: garden/)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toContainText('3 of 3')
  await page.keyboard.press('Shift+T')
  await expect(page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'garden' })).toBeVisible()
})

test('labels that were pasted together are not offered as one', async ({ app }) => {
  const { page } = app
  await fill(app, 3)
  await confirm(app, 0, 'garden')
  await confirm(app, 0, 'roses')
  const cells = page.getByRole('gridcell')
  await expect(cells.nth(0)).toHaveAccessibleName(/garden, roses/)
  await cells.nth(0).click()
  await page.keyboard.press('ControlOrMeta+c')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ControlOrMeta+v')
  await expect(cells.nth(1)).toHaveAccessibleName(/garden, roses/)
  await cells.nth(2).click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: /^Add “/ })).toHaveText([/“roses”/, /“garden”/])
})

test('messages and what a list is called follow when the language is changed', async ({ app }) => {
  const { page } = app
  await fill(app, 1)
  await page.getByRole('gridcell').click()
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Choose or type a label' }).fill('garden')
  await page.keyboard.press('Enter')
  const message = page.locator('.toast')
  await expect(message).toContainText('“garden” added to 1 photo')
  await app.client.settings.set({ language: 'zh-CN' })
  await expect(message).toContainText('已为 1 张照片添加“garden”')
  await message.getByRole('button', { name: '撤销', exact: true }).click()
  await expect(message).toContainText('已撤销')
  await app.client.settings.set({ language: 'en' })
  await expect(message).toContainText('Undone: label “garden” on 1 photo')
})

test('labels that have no room beside the field are counted, and scrolled to', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 1)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (let at = 0; at < 20; at++)
    await app.client.labels.confirm({ photoIds: ids, name: `label with a long name ${at}` })
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('t')
  const chips = page.getByRole('list', { name: 'Labels of the selection' })
  await expect(chips.getByRole('listitem')).toHaveCount(20)
  const more = page.getByRole('button', { name: /^\d+ more$/ })
  const behind = Number((await more.textContent())?.slice(1))
  expect(behind).toBeGreaterThan(10)
  await more.click()
  await expect.poll(async () => Number((await more.textContent())?.slice(1))).toBeLessThan(behind)
  // The wheel, which has one direction on most mice, goes on to the last one.
  await chips.hover()
  await page.mouse.wheel(0, 9000)
  await expect(more).toBeHidden()
  await expect(chips.getByRole('listitem').last()).toBeInViewport({ ratio: 0.9 })
})
