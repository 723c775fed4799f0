// What asks for a label by its name, or belongs to it, goes along with a rename and its undo, also after a restart.
import { expect, test, type App } from './fixtures.ts'

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
