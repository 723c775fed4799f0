// Suggestions are not labels: unsure ones are dim and count nowhere, and a label of the sidebar shows its own score.
import { expect, test } from './fixtures.ts'

test('an unsure suggestion is in no count, and a suggested label sorts by its score', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 6)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const isUnsure = { isUncertain: true }
  const { total: unsure } = await app.client.browse.open({ filter: isUnsure, sort: {} })
  expect(unsure).toBeGreaterThan(0)
  await expect(page.getByRole('gridcell', { name: /\? \d+%$/ })).toHaveCount(unsure)
  const suggested = await app.client.browse.labels({})
  expect(suggested.reduce((sum, label) => sum + label.suggested, 0)).toBe(6 - unsure)
  const tree = page.getByRole('tree', { name: 'Suggested' })
  await expect(tree.getByRole('treeitem')).toHaveCount(suggested.length)
  const first = tree.getByRole('treeitem').first()
  const [name = '', count = ''] = ((await first.getAttribute('aria-label')) ?? '').split(', ')
  await first.click()
  await expect(page.getByRole('gridcell')).toHaveCount(Number(count))
  await expect(page.getByRole('gridcell', { name: new RegExp(`Suggested: ${name} \\d+%$`) })).toHaveCount(
    Number(count),
  )
  await expect(page.getByLabel('Sort by')).toHaveValue('score')
  // The numbers of the other labels stay, since any of them will do; with another one, the user can ask for both.
  const total = await tree.getByRole('treeitem').count()
  if (total > 1) {
    await tree
      .getByRole('treeitem')
      .nth(1)
      .click({ modifiers: ['ControlOrMeta'] })
    await page.getByRole('button', { name: 'or', exact: true }).click()
    // Photos have one label each by this model.
    await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Show all' }).first().click()
  await expect(page.getByLabel('Sort by')).toHaveValue('name')
  await page.getByRole('button', { name: 'Labels', exact: true }).click()
  await expect(tree).toBeHidden()
})

test('a suggested label has a menu: accepted on all its photos, or hidden, each with one undo', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  const tree = page.getByRole('tree', { name: 'Suggested' })
  const first = tree.getByRole('treeitem').first()
  const [name = '', count = ''] = ((await first.getAttribute('aria-label')) ?? '').split(', ')
  const row = tree.getByRole('treeitem', { name: `${name}, ${count}`, exact: true })
  const choose = async (item: RegExp) => {
    await row.click({ button: 'right' })
    await page.getByRole('menuitem', { name: item }).click()
  }
  await choose(/^Accept on /)
  const mine = page.getByRole('tree', { name: 'Mine' }).getByRole('treeitem', { name: `${name}, ${count}` })
  await expect(mine).toBeVisible()
  await expect(row).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(mine).toHaveCount(0)
  await choose(/^Hide this label/)
  await expect(row).toHaveCount(0)
  await expect(page.getByRole('status').filter({ hasText: `“${name}” is hidden` })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(row).toBeVisible()
  await choose(/^Show photos/)
  await expect(page.getByRole('gridcell')).toHaveCount(Number(count))
  await choose(/^Review/)
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText(`1 of ${count}`)
})

test('several suggested labels are accepted at once, each on its photos, with one undo', async ({ app }) => {
  const { page, client } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 12)], model: model.name })
  const items = page.getByRole('tree', { name: 'Suggested' }).getByRole('treeitem')
  await items.first().click()
  await items.nth(1).click({ modifiers: ['ControlOrMeta'] })
  const chosen = page.getByRole('tree', { name: 'Suggested' }).getByRole('treeitem', { selected: true })
  await expect(chosen).toHaveCount(2)
  const both = await chosen.evaluateAll((all) => all.map((item) => item.getAttribute('aria-label') ?? ''))
  await chosen.first().click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Accept 2 labels on their photos' }).click()
  const confirmed = async () =>
    (await client.labels.list({}))
      .filter((label) => label.confirmed > 0)
      .map((label) => `${label.name}, ${String(label.confirmed)}`)
      .toSorted()
  await expect.poll(confirmed).toEqual(both.toSorted())
  const toast = page.locator('.toast').filter({ hasText: /accepted on \d+ photos/ })
  await toast.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(confirmed).toEqual([])
})
