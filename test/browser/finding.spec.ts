// Finding photos: a line of words becomes conditions, searches are kept, quick filters are one click.
import { openScreen } from './support/screens.ts'
import { expect, test } from './fixtures.ts'
import { holdEach } from './support/hold-call.ts'
import { expectAccessible } from './support/axe.ts'

test('one line finds a label in a folder, and the search can be kept and chosen again', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 6)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 2), name: 'animal/dog' })
  const cells = page.getByRole('gridcell')
  const conditions = page.getByRole('list', { name: 'Conditions' })
  await expect(page.getByRole('gridcell', { name: 'Confirmed: animal/dog' })).toHaveCount(2)
  const search = page.getByRole('searchbox', { name: 'Search names and labels' })
  await search.fill('dogs in holiday since nowhere')
  // What Enter will make of it is said before.
  await expect(search).toHaveAccessibleDescription(/Show “since nowhere” · holiday · animal\/dog$/)
  await search.press('Enter')
  await expect(search).toHaveValue('since nowhere')
  await search.fill('')
  await expect(cells).toHaveCount(2)
  await expect(conditions.getByRole('button', { name: 'Remove the condition holiday' })).toBeVisible()
  await expect(conditions.getByRole('button', { name: 'Remove the condition animal/dog' })).toBeVisible()
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await page.getByRole('menuitem', { name: 'Save “holiday · animal/dog”' }).click()
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(cells).toHaveCount(6)
  const quick = page.getByRole('group', { name: 'Quick filters' })
  await quick.getByRole('button', { name: 'Unreviewed' }).click()
  await expect(cells).toHaveCount(4)
  await quick.getByRole('button', { name: 'Unreviewed' }).click()
  await expect(cells).toHaveCount(6)
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await page.getByRole('menuitem', { name: 'holiday · animal/dog', exact: true }).click()
  await expect(cells).toHaveCount(2)
})

test('Enter before the labels are known makes conditions of the line once they are', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const folder = await app.photos('holiday', 6)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 2), name: 'dog' })
  const { reached, release } = await holdEach(app, 'labels.list')
  await page.reload()
  await reached
  const search = page.getByRole('searchbox', { name: 'Search names and labels' })
  await search.fill('dogs in holiday')
  await search.press('Enter')
  release()
  await expect(page.getByRole('button', { name: 'Remove the condition dog' })).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(2)
})

test(
  'Enter leads from a line that finds nothing as text to the photos that it means',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    const folder = await app.photos('holiday', 6)
    const model = await app.addTinyModel()
    await app.label({ folders: [folder], model: model.name })
    const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
    await app.client.labels.confirm({ photoIds: photoIds.slice(0, 2), name: 'dog' })
    await expect(page.getByRole('gridcell', { name: 'Confirmed: dog' })).toHaveCount(2)
    await page.keyboard.press('/')
    const search = page.getByRole('searchbox', { name: 'Search names and labels' })
    await search.fill('dogs in holiday')
    await expect(page.getByRole('grid', { name: 'Photos' })).toBeHidden()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('grid', { name: 'Photos' })).toBeFocused()
    await page.keyboard.press('ControlOrMeta+a')
    await expect(page.getByRole('toolbar')).toContainText('2 selected')
    await page.keyboard.press('p')
    const confirmed = async () =>
      (await app.client.photos.list({ folder })).map(
        ({ labels }) => labels.filter(({ state }) => state === 'confirmed').length,
      )
    await expect.poll(confirmed).toEqual([2, 2, 0, 0, 0, 0])
    await expect(search).toHaveValue('')
    // Where there are none, the words can be changed at once.
    await page.keyboard.press('/')
    await search.fill('nowhere')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('grid', { name: 'Photos' })).toBeHidden()
    await expect(search).toBeFocused()
  },
)

test('labels are renamed by F2 and from their menu, merged and removed several at once', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 4)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [index, name] of ['dog', 'hound', 'puppy'].entries())
    await app.client.labels.confirm({ photoIds: ids.slice(index, index + 1), name })
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'puppy, 1' }).focus()
  // A name that stays as it was is no step that could be undone.
  const before = await app.client.history.state({})
  await page.keyboard.press('F2')
  await page.getByRole('dialog', { name: 'Rename the label' }).getByRole('button', { name: 'Rename' }).click()
  await expect(page.getByRole('dialog', { name: 'Rename the label' })).toBeHidden()
  await expect(page.getByRole('status').getByRole('button', { name: 'Undo' })).toHaveCount(0)
  expect(await app.client.history.state({})).toEqual(before)
  await mine.getByRole('treeitem', { name: 'puppy, 1' }).focus()
  await page.keyboard.press('F2')
  const rename = page.getByRole('dialog', { name: 'Rename the label' })
  await rename.getByRole('combobox', { name: 'New name' }).fill('dog')
  await expect(rename).toContainText('There is “dog” already')
  await page.keyboard.press('Enter')
  await expect(mine.getByRole('treeitem', { name: 'dog, 2' })).toBeVisible()
  await mine.getByRole('treeitem', { name: 'hound, 1' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Move under…' }).click()
  await page.getByRole('combobox', { name: 'Under which label' }).fill('animal')
  await page.keyboard.press('Enter')
  await expect(mine.getByRole('treeitem', { name: 'animal, 1' })).toBeVisible()
  // A colour goes along with what lies below the label.
  await mine.getByRole('treeitem', { name: 'animal, 1' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Colour…' }).click()
  await page.getByRole('button', { name: 'Violet' }).click()
  await expect(mine.locator('.dot')).toHaveCount(2)
  await page.getByRole('button', { name: 'Manage labels' }).click()
  const manager = page.getByRole('dialog', { name: 'Manage labels' })
  // A click with Shift chooses all rows in between.
  const boxes = manager.getByRole('list', { name: 'Mine' }).getByRole('checkbox')
  await boxes.first().check()
  await boxes.last().click({ modifiers: ['Shift'] })
  await expect(manager.getByRole('checkbox', { name: 'All labels of this list' })).toBeChecked()
  await manager.getByRole('button', { name: 'Merge into…' }).click()
  const merge = page.getByRole('dialog', { name: 'Merge 2 labels' })
  await merge.getByRole('combobox', { name: 'New name' }).fill('pet')
  await page.keyboard.press('Enter')
  await manager.getByRole('checkbox', { name: 'pet' }).check()
  await manager.getByRole('button', { name: 'Remove from photos' }).click()
  await expect(manager).toContainText('You have not confirmed any label yet.')
  await page.keyboard.press('Escape')
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect(mine.getByRole('treeitem', { name: 'pet, 3' })).toBeVisible()
})

test('the colour of a label is that of its concept, however it is spelled, and goes with those below', async ({
  app,
}) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 3 })
  for (const [at, name] of ['American_alligator', 'great grey owl', 'animal/dog'].entries())
    await app.client.labels.confirm({
      photoIds: cards.slice(at, at + 1).flatMap(({ photoId }) => photoId ?? []),
      name,
    })
  // ImageNet's number of the alligator, and other ways to write the others.
  await app.client.settings.set({ labelColors: { n01698640: '1', Great_Grey_Owl: '2', 'Animal/DOG': '3' } })
  await page.reload()
  const mine = page.getByRole('tree', { name: 'Mine' })
  const item = (name: string) => mine.getByRole('treeitem', { name })
  await expect(item('American alligator, 1').locator('.dot')).toHaveCount(1)
  await expect(item('great grey owl, 1').locator('.dot')).toHaveCount(1)
  await item('great grey owl, 1').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Colour…' }).click()
  await expect(page.getByRole('dialog').locator('[aria-pressed="true"]')).toHaveCount(1)
  await page.getByRole('button', { name: 'No colour' }).click()
  await expect(item('great grey owl, 1').locator('.dot')).toHaveCount(0)
  await item('animal, 1').focus()
  await page.keyboard.press('F2')
  await page.getByRole('combobox', { name: 'New name' }).fill('fauna')
  await page.keyboard.press('Enter')
  await expect(item('fauna, 1')).toBeVisible()
  await expect
    .poll(async () => (await app.client.settings.get({})).labelColors)
    .toEqual({ n01698640: '1', 'fauna/DOG': '3' })
})

test('a label is dragged under another one and back to the top, and undo takes the move back by name', async ({
  app,
}) => {
  const { page } = app
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [index, name] of ['animal', 'dog', 'dog/puppy'].entries())
    await app.client.labels.confirm({ photoIds: ids.slice(index, index + 1), name })
  const mine = page.getByRole('tree', { name: 'Mine' })
  const item = (name: string) => mine.getByRole('treeitem', { name })
  await item('dog, 2').dragTo(item('animal, 1'))
  await expect(page.getByText('“dog” moved under “animal” on 2 photos')).toBeVisible()
  await expect(item('animal, 3')).toBeVisible()
  await expect(item('puppy, 1')).toHaveAttribute('aria-level', '3')
  // Below itself it cannot go.
  await item('dog, 2').dragTo(item('puppy, 1'))
  await expect(item('animal, 3')).toBeVisible()
  await item('dog, 2').dragTo(page.getByRole('heading', { name: 'Mine' }))
  await expect(page.getByText('moved to the top on 2 photos')).toBeVisible()
  await expect(item('animal, 1')).toBeVisible()
  await page.getByRole('button', { name: /^Undo: .*animal\/dog/ }).click()
  await expect(item('animal, 3')).toBeVisible()
})

test('bars of the histograms narrow the photos down, by click, by dragging and by the keys', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  await expect(page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(6)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  const chart = page.getByRole('group', { name: 'Photos by score' })
  await expect(chart).toBeVisible()
  await expectAccessible(page)
  const { scores } = await app.client.browse.histograms({ filter: {} })
  const bin = scores.findIndex((files) => files > 0)
  const bars = chart.getByRole('button')
  await bars.nth(bin).click()
  await expect(page.getByRole('gridcell')).toHaveCount(scores[bin] ?? 0)
  await expect(bars.nth(bin)).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('spinbutton', { name: 'Lowest score in percent' })).toHaveValue(String(bin * 5))
  // The same bar again takes the condition back.
  await bars.nth(bin).click()
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  await bars.first().dragTo(bars.last())
  await expect(page.getByRole('gridcell')).toHaveCount(6)
  await bars.nth(bin).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell')).toHaveCount(scores[bin] ?? 0)
  await page.keyboard.press('Shift+End')
  await expect(page.getByRole('gridcell')).toHaveCount(6)
})

test('a renamed label is still what the list, and a saved search, ask for', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 4)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: ids.slice(0, 2), name: 'pet/dog' })
  await app.client.labels.confirm({ photoIds: ids.slice(2), name: 'other' })
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'dog, 2' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await page.getByRole('menuitem', { name: 'Save “pet/dog”' }).click()
  await mine.getByRole('treeitem', { name: 'pet, 2' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Rename…' }).click()
  await page.getByRole('combobox', { name: 'New name' }).fill('animal')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Remove the condition animal/dog' })).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  const saved = async () =>
    (await app.client.settings.get({})).savedSearches.map(({ filter }) => filter.confirmedLabels)
  await expect.poll(saved).toEqual([['animal/dog']])
  for (const [key, name] of [
    ['ControlOrMeta+z', 'pet/dog'],
    ['ControlOrMeta+Shift+z', 'animal/dog'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(page.getByRole('button', { name: `Remove the condition ${name}` })).toBeVisible()
    await expect(page.getByRole('gridcell')).toHaveCount(2)
    await expect.poll(saved).toEqual([[name]])
  }
})

test('the undo of a merge asks for the merged labels again, and gives them their colours back', async ({
  app,
}) => {
  const { page } = app
  const folder = await app.photos('holiday', 4)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [index, name] of ['beagle', 'poodle', 'cat'].entries())
    await app.client.labels.confirm({ photoIds: ids.slice(index, index + 1), name })
  const labelColors = { beagle: '#cc3311', poodle: '#0077bb' }
  await app.client.settings.set({ labelColors })
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'beagle, 1' }).click()
  await mine.getByRole('treeitem', { name: 'poodle, 1' }).click({ modifiers: ['ControlOrMeta'] })
  await mine.getByRole('treeitem', { name: 'poodle, 1' }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Merge 2 labels…' }).click()
  await page.getByRole('combobox', { name: 'New name' }).fill('dog')
  await page.keyboard.press('Enter')
  const condition = (name: string) => page.getByRole('button', { name: `Remove the condition ${name}` })
  await expect(condition('dog')).toBeVisible()
  await openScreen(page, 'Models')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('button', { name: 'Redo', exact: true }).first()).toBeVisible()
  await openScreen(page, 'Library')
  await expect(condition('beagle')).toBeVisible()
  await expect(condition('poodle')).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  await expect.poll(async () => (await app.client.settings.get({})).labelColors).toEqual(labelColors)
})

test('with several labels chosen in the sidebar, the menu of one of them is about all', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [index, name] of ['beagle', 'poodle', 'cat'].entries())
    await app.client.labels.confirm({ photoIds: ids.slice(index, index + 1), name })
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'beagle, 1' }).click()
  await mine.getByRole('treeitem', { name: 'poodle, 1' }).click({ modifiers: ['ControlOrMeta'] })
  await mine.getByRole('treeitem', { name: 'cat, 1' }).click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: 'Rename…' })).toBeVisible()
  await page.keyboard.press('Escape')
  await mine.getByRole('treeitem', { name: 'poodle, 1' }).click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: 'Remove 2 labels from photos' })).toBeVisible()
  await page.getByRole('menuitem', { name: 'Merge 2 labels…' }).click()
  await page.getByRole('combobox', { name: 'New name' }).fill('dog')
  await page.keyboard.press('Enter')
  await expect(mine.getByRole('treeitem', { name: 'dog, 2' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'Confirmed: dog' })).toHaveCount(2)
})

test('a list is sorted by folder, both ways', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 2)] })
  await page.getByRole('button', { name: 'As a list' }).click()
  const heads = page.getByRole('group', { name: 'Sort by' })
  const byFolder = heads.getByRole('button', { name: 'Folder' })
  const first = page.getByRole('gridcell').first()
  await byFolder.click()
  await expect(byFolder).toHaveAttribute('aria-pressed', 'true')
  await expect(first).toContainText('part 0')
  await byFolder.click()
  await expect(first).toContainText('part 1')
  // The menu of orders says the same, also among tiles.
  await expect(page.getByRole('combobox', { name: 'Sort by' })).toHaveValue('folder')
})
