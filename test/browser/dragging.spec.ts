// Labels and photos on their way to a label or a folder: what is marked meanwhile, what Escape leaves, how far the tree scrolls.
import type { Locator, Page } from '@playwright/test'
import { expect, test, type App } from './fixtures.ts'

async function labelEach(app: App, names: readonly string[]): Promise<void> {
  const folder = await app.photos('holiday', names.length)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [at, name] of names.entries())
    await app.client.labels.confirm({ photoIds: ids.slice(at, at + 1), name })
}

/** Presses on the first element and holds the button over the second one. */
async function dragOver(page: Page, from: Locator, to: Locator): Promise<void> {
  await from.hover()
  await page.mouse.down()
  // The second move is what browsers take for a drag over it.
  await to.hover()
  await to.hover()
}

test('Escape ends the drag of a label and of a photo, moves nothing and leaves nothing marked', async ({
  app,
}) => {
  const { page } = app
  await labelEach(app, ['animal', 'dog', 'cat'])
  const mine = page.getByRole('tree', { name: 'Mine' })
  const item = (name: string) => mine.getByRole('treeitem', { name: `${name}, 1` })
  const marked = page.locator('.target:is(li, h3)')
  const before = await app.client.history.state({})
  for (const [from, to] of [
    [item('dog'), item('animal')],
    [page.getByRole('gridcell').first(), item('animal')],
    [page.getByRole('gridcell').first(), page.getByRole('treeitem', { name: 'part 1, 1' })],
  ] as const) {
    await dragOver(page, from, to)
    await expect(marked).toHaveCount(1)
    await expect(to).toHaveClass(/target/)
    await page.keyboard.press('Escape')
    await expect(marked).toHaveCount(0)
    await page.mouse.up()
  }
  await dragOver(page, item('dog'), item('animal'))
  await page.keyboard.press('Escape')
  await page.mouse.up()
  await expect(mine.locator('xpath=..').getByRole('heading', { name: 'Mine' })).toBeVisible()
  await item('cat').hover()
  await expect(marked).toHaveCount(0)
  expect(await app.client.history.state({})).toEqual(before)
})

test('what a drag would be dropped on has an outline in forced colours', async ({ app }) => {
  const { page } = app
  await labelEach(app, ['animal', 'dog'])
  await page.emulateMedia({ forcedColors: 'active' })
  const mine = page.getByRole('tree', { name: 'Mine' })
  const animal = mine.getByRole('treeitem', { name: 'animal, 1' })
  await expect(animal).toHaveCSS('outline-style', 'none')
  await dragOver(page, mine.getByRole('treeitem', { name: 'dog, 1' }), animal)
  await expect(animal).toHaveCSS('outline-style', 'dashed')
  await page.keyboard.press('Escape')
  await page.mouse.up()
})

test('dragging one of several chosen labels moves all of them, and undo takes that back', async ({ app }) => {
  const { page } = app
  await labelEach(app, ['animal', 'cat', 'dog', 'elk'])
  const mine = page.getByRole('tree', { name: 'Mine' })
  const item = (name: string) => mine.getByRole('treeitem', { name })
  await item('cat, 1').click()
  await item('dog, 1').click({ modifiers: ['Shift'] })
  await item('dog, 1').dragTo(item('animal, 1'))
  await expect(item('animal, 3')).toBeVisible()
  await expect(mine.getByRole('treeitem')).toHaveText([/animal/, /cat/, /dog/, /elk/])
  await expect(item('cat, 1')).toHaveAttribute('aria-level', '2')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(item('cat, 1')).toHaveAttribute('aria-level', '1')
})
