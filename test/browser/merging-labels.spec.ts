// Several labels at once, in the sidebar and in the list of all: chosen by ranges, merged, removed, pinned and hidden.
import { PhotoFilter } from '../../electron/contract/browse.ts'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

/** Gives each photo the label of its place, and the first label to the last photo too. */
async function labelEach(app: App, names: readonly string[]): Promise<void> {
  const folder = await app.photos('holiday', names.length + 1)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [at, name] of names.entries())
    await app.client.labels.confirm({ photoIds: ids.slice(at, at + 1), name })
}

const confirmed = async (app: App) =>
  (await app.client.labels.list({})).flatMap(({ name, confirmed }) =>
    confirmed > 0 ? [`${name} ${confirmed}`] : [],
  )

test('twenty labels become one by a range, F2 and Enter, under the name that most photos have', async ({
  app,
}) => {
  const { page } = app
  const names = Array.from({ length: 20 }, (_, at) => `breed ${10 + at}`)
  await labelEach(app, [...names, 'breed 13', 'cat'])
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'breed 10, 1' }).click()
  await mine.getByRole('treeitem', { name: 'breed 29, 1' }).click({ modifiers: ['Shift'] })
  await expect(page.getByRole('gridcell')).toHaveCount(21)
  // Many labels are no row of many conditions.
  const conditions = page.getByRole('list', { name: 'Conditions' })
  await expect(conditions.getByRole('button', { name: /^Remove the condition/ })).toHaveCount(5)
  await expect(conditions.getByRole('button', { name: 'Remove the condition 16 more' })).toBeVisible()
  await page.keyboard.press('F2')
  const dialog = page.getByRole('dialog', { name: 'Merge 20 labels' })
  await expect(dialog.getByRole('combobox', { name: 'New name' })).toHaveValue('breed 13')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(mine.getByRole('treeitem')).toHaveText([/breed 13.*21/, /cat.*1/])
  await expect(conditions.getByRole('button', { name: 'Remove the condition breed 13' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(
    page.getByRole('status').filter({ hasText: 'breed 10, breed 11, breed 12… → breed 13' }),
  ).toBeVisible()
  await expect(mine.getByRole('treeitem')).toHaveCount(21)
})

test('the keys choose ranges and all labels of a list, and Delete removes them with one undo', async ({
  app,
}) => {
  const { page } = app
  await labelEach(app, ['ant', 'bee', 'cat', 'dog'])
  const mine = page.getByRole('tree', { name: 'Mine' })
  const item = (name: string) => mine.getByRole('treeitem', { name: `${name}, 1` })
  const chosen = mine.locator('[aria-selected="true"]')
  await item('bee').focus()
  await page.keyboard.press('Shift+ArrowDown')
  await expect(chosen).toHaveText([/bee/, /cat/])
  await page.keyboard.press('Shift+ArrowUp')
  await page.keyboard.press('Shift+ArrowUp')
  await expect(chosen).toHaveText([/ant/, /bee/])
  await expect(item('ant')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+a')
  await expect(chosen).toHaveCount(4)
  // The photos are another list.
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(0)
  await page.keyboard.press('Delete')
  await expect(mine).toBeHidden()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(mine.getByRole('treeitem')).toHaveCount(4)
  // A click chooses one label again.
  await item('cat').click()
  await expect(chosen).toHaveText([/cat/])
  await expect(page.getByRole('gridcell')).toHaveCount(1)
})

test('a label that a saved search asks for is brought on screen among many', async ({ app }) => {
  const { page } = app
  const names = Array.from({ length: 60 }, (_, at) => `breed ${10 + at}`)
  await labelEach(app, names)
  const filter = PhotoFilter.parse({ confirmedLabels: ['breed 69'] })
  await app.client.settings.set({ savedSearches: [{ name: 'last', filter }] })
  const last = page.getByRole('tree', { name: 'Mine' }).getByRole('treeitem', { name: 'breed 69, 1' })
  await expect(page.getByRole('treeitem', { name: 'breed 10, 1' })).toBeInViewport()
  await expect(last).toHaveCount(0)
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await page.getByRole('menuitem', { name: 'last' }).click()
  await expect(last).toBeInViewport()
  await expect(last).toHaveAttribute('aria-selected', 'true')
})

test('suggested labels are merged and hidden several at once, and the list goes on showing their photos', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 24)], model: model.name })
  const tree = page.getByRole('tree', { name: 'Suggested' })
  const items = tree.getByRole('treeitem')
  await expect(items.nth(2)).toBeVisible()
  const before = await items.allTextContents()
  const photos = (await app.client.browse.labels({})).reduce((sum, { suggested }) => sum + suggested, 0)
  await items.first().click()
  await items.last().click({ modifiers: ['Shift'] })
  await expect(page.getByRole('gridcell')).toHaveCount(photos)
  await items.last().click({ button: 'right' })
  await page.getByRole('menuitem', { name: `Merge ${before.length} labels…` }).click()
  const name = page.getByRole('combobox', { name: 'New name' })
  await name.fill('animal')
  await page.keyboard.press('Enter')
  await expect(
    page.getByRole('status').filter({ hasText: 'suggested as “animal” from now on' }),
  ).toBeVisible()
  await expect(items).toHaveText([/animal/])
  await expect(page.getByRole('button', { name: 'Remove the condition animal · Suggested' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(items).toHaveText(before)
  await expect(page.getByRole('gridcell')).toHaveCount(photos)
  await items.first().focus()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('Delete')
  await expect(tree).toBeHidden()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(items).toHaveText(before)
})

test('in the list of all labels keys choose, pin, merge and remove them', async ({ app }) => {
  const { page } = app
  await labelEach(app, ['ant', 'bee', 'cat', 'cat'])
  await page.getByRole('button', { name: 'Manage labels' }).click()
  const manager = page.getByRole('dialog', { name: 'Manage labels' })
  const boxes = manager.getByRole('list', { name: 'Mine' }).getByRole('checkbox')
  await boxes.first().focus()
  await page.keyboard.press('Shift+ArrowDown')
  await expect(boxes.nth(1)).toBeFocused()
  await expect(manager).toContainText('2 selected')
  await manager.getByRole('button', { name: 'Pin', exact: true }).click()
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual(['ant', 'bee'])
  await manager.getByRole('button', { name: 'Unpin', exact: true }).last().click()
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual([])
  await boxes.first().focus()
  await page.keyboard.press('ControlOrMeta+a')
  await expectAccessible(page)
  await page.keyboard.press('F2')
  await expect(page.getByRole('dialog', { name: 'Merge 3 labels' }).getByRole('combobox')).toHaveValue('cat')
  await page.keyboard.press('Enter')
  await expect.poll(() => confirmed(app)).toEqual(['cat 4'])
  await boxes.first().focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Delete')
  await expect(manager).toContainText('You have not confirmed any label yet.')
})

test('a label and those below it merge into one of them, and nothing lies deeper than before', async ({
  app,
}) => {
  const { page } = app
  await labelEach(app, ['animal', 'animal/cat', 'animal/cat/kitten', 'animal/dog'])
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'animal, 4' }).click()
  await mine.getByRole('treeitem', { name: 'kitten, 1' }).click({ modifiers: ['Shift'] })
  await page.keyboard.press('F2')
  await page.getByRole('combobox', { name: 'New name' }).fill('animal/cat')
  await page.keyboard.press('Enter')
  await expect.poll(() => confirmed(app)).toEqual(['animal/cat 3', 'animal/cat/dog 1'])
})
