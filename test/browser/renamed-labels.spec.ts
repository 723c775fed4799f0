// What asks for a label by its name, or belongs to it, goes along with a rename and its undo, also after a restart.
import { expect, test, type App } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

async function labelAll(app: App, name: string, count: number): Promise<void> {
  const folder = await app.photos('holiday', count)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds, name })
}

test('a rename of the label that the list shows keeps the selection and the place, and so does its undo', async ({
  app,
}) => {
  const { page } = app
  await labelAll(app, 'hound', 60)
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'hound, 60' }).click()
  const condition = (name: string) => page.getByRole('button', { name: `Remove the condition ${name}` })
  await expect(condition('hound')).toBeVisible()
  const grid = page.getByRole('grid', { name: 'Photos' })
  await grid.getByRole('gridcell').first().click()
  await page.keyboard.press('End')
  const chosen = grid.getByRole('gridcell', { selected: true })
  const last = grid.getByRole('gridcell').last()
  await last.click()
  await expect(chosen).toHaveCount(1)
  const place = () => grid.evaluate((element) => element.scrollTop)
  const before = await place()
  expect(before).toBeGreaterThan(0)
  await mine.getByRole('treeitem', { name: 'hound, 60' }).focus()
  await page.keyboard.press('F2')
  await page.getByRole('combobox', { name: 'New name' }).fill('dog')
  await page.keyboard.press('Enter')
  await expect(condition('dog')).toBeVisible()
  await expect(chosen).toHaveAttribute('title', /059.*dog/s)
  expect(await place()).toBe(before)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(condition('hound')).toBeVisible()
  await expect(chosen).toHaveAttribute('title', /059.*hound/s)
  expect(await place()).toBe(before)
})

test('filter, pin, colour and saved search follow the undo of a rename that was made before a restart', async ({
  app,
}) => {
  await labelAll(app, 'hound', 3)
  await app.client.settings.set({
    pinnedLabels: ['hound'],
    labelColors: { hound: '3' },
    savedSearches: [],
  })
  const condition = (name: string) => app.page.getByRole('button', { name: `Remove the condition ${name}` })
  const item = (name: string) =>
    app.page.getByRole('tree', { name: 'Mine' }).getByRole('treeitem', { name: `${name}, 3` })
  await item('hound').click()
  await app.page.getByRole('button', { name: 'Saved searches' }).click()
  await app.page.getByRole('menuitem', { name: 'Save “hound”' }).click()
  await item('hound').focus()
  await app.page.keyboard.press('F2')
  await app.page.getByRole('combobox', { name: 'New name' }).fill('dog')
  await app.page.keyboard.press('Enter')
  const kept = async () => {
    const { pinnedLabels, labelColors, savedSearches } = await app.client.settings.get({})
    return [pinnedLabels, Object.keys(labelColors), savedSearches[0]?.filter.confirmedLabels]
  }
  await expect.poll(kept).toEqual([['dog'], ['dog'], ['dog']])
  await app.restart('kill')
  await item('dog').click()
  await expect(condition('dog')).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+z')
  await expect(condition('hound')).toBeVisible()
  await expect(app.page.getByRole('gridcell')).toHaveCount(3)
  expect(await kept()).toEqual([['hound'], ['hound'], ['hound']])
  // What was changed since keeps what the user made of it.
  await app.client.settings.set({ labelColors: { hound: '5' } })
  await app.page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(condition('dog')).toBeVisible()
  await expect.poll(kept).toEqual([['dog'], ['dog'], ['dog']])
  expect((await app.client.settings.get({})).labelColors).toEqual({ dog: '5' })
})

test('a review of a label goes on being about it after the undo of a rename', async ({ app }) => {
  const { page } = app
  await labelAll(app, 'hound', 6)
  await page.getByRole('tree', { name: 'Mine' }).getByRole('treeitem', { name: 'hound, 6' }).click()
  await page.keyboard.press('F2')
  await page.getByRole('combobox', { name: 'New name' }).fill('dog')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Remove the condition dog' })).toBeVisible()
  await openScreen(page, 'Review')
  await page.getByRole('checkbox', { name: 'Include reviewed' }).check()
  const progress = page.getByRole('status', { name: 'Progress' })
  await expect(progress).toContainText('1 of 6')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByText('hound', { exact: true }).first()).toBeVisible()
  // The list stays, and is resumed, also where it is asked for anew.
  await expect(progress).toContainText('2 of 6')
  await openScreen(page, 'Learn')
  await openScreen(page, 'Review')
  await expect(progress).toContainText('2 of 6')
  // A list made anew asks for the label by its name.
  await page.getByRole('combobox', { name: 'Order' }).selectOption('uncertainty')
  await expect(progress).toContainText('1 of 6')
})

test('filter, saved search and label above follow the merge of suggested labels, and its undo', async ({
  app,
}) => {
  const { page, client } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  const suggested = (await client.labels.list({})).filter((label) => label.suggested > 0)
  const [first, second] = suggested.map(({ name }) => name)
  if (first === undefined || second === undefined) throw new Error('too few suggestions')
  const mapping = (above: string) => [first, second].map((name) => ({ from: name, to: `${above}/${name}` }))
  const rules = await client.rules.get({})
  await client.rules.set({ rules: { ...rules, mapping: mapping('beast') } })
  const saved = async () =>
    (await client.settings.get({})).savedSearches.map(({ filter }) => filter.suggestedLabels)
  await page
    .getByRole('tree', { name: 'Suggested' })
    .getByRole('treeitem', { name: /^beast,/ })
    .click()
  const condition = (name: string) => page.getByRole('button', { name: `Remove the condition ${name}` })
  await expect(condition('beast')).toBeVisible()
  await page.getByRole('button', { name: 'Saved searches' }).click()
  await page.getByRole('menuitem', { name: /^Save/ }).click()
  await expect.poll(saved).toEqual([['beast']])
  await client.rules.set({ rules: { ...rules, mapping: mapping('animal') } })
  await expect(condition('animal')).toBeVisible()
  await expect.poll(saved).toEqual([['animal']])
  await page.keyboard.press('ControlOrMeta+z')
  await expect(condition('beast')).toBeVisible()
  await expect.poll(saved).toEqual([['beast']])
  // One of two that become one: exactly what it was comes back.
  const { savedSearches } = await client.settings.get({})
  const one = savedSearches.map((search) => ({
    ...search,
    filter: { ...search.filter, suggestedLabels: [`beast/${first}`] },
  }))
  await client.settings.set({ savedSearches: one })
  const merged = [first, second].map((name) => ({ from: name, to: 'beast/both' }))
  await client.rules.set({ rules: { ...rules, mapping: merged } })
  await expect.poll(saved).toEqual([['beast/both']])
  await client.history.undo({})
  await expect.poll(saved).toEqual([[`beast/${first}`]])
})

test('the list that photos like one came from is there again after a rename of the label that it asks for', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await labelAll(app, 'hound', 6)
  const [folder] = await app.client.library.folders({})
  await app.label({ folders: [folder?.path ?? ''], model: model.name })
  const mine = page.getByRole('tree', { name: 'Mine' })
  await mine.getByRole('treeitem', { name: 'hound, 6' }).click()
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(6)
  await cells.first().click()
  await page.getByRole('button', { name: 'Find similar' }).click()
  const similar = page.getByRole('button', { name: /Remove the condition .* similar to/ })
  await expect(similar).toBeVisible()
  await app.client.labels.rename({ renames: [{ from: 'hound', to: 'dog' }] })
  await expect(mine.getByRole('treeitem', { name: 'dog, 6' })).toBeVisible()
  await similar.click()
  await expect(page.getByRole('button', { name: 'Remove the condition dog' })).toBeVisible()
  await expect(cells).toHaveCount(6)
})

test('a suggested label that keeps its name changes no rules, and offers no undo of what was done before', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 4)], model: model.name })
  let changes = 0
  page.on('request', (request) => {
    if (request.postData()?.includes('"rules.set"') === true) changes++
  })
  await page.getByRole('tree', { name: 'Suggested' }).getByRole('treeitem').first().click()
  const name = page.getByRole('combobox', { name: 'New name' })
  await page.keyboard.press('F2')
  await expect(name).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(name).toBeHidden()
  await page.keyboard.press('F2')
  await name.fill('animal')
  await page.keyboard.press('Enter')
  await expect(page.getByText('suggested as “animal” from now on')).toBeVisible()
  expect(changes).toBe(1)
})
