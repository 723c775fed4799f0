// The list of photos that look like one: what it is called, how alike each is, and its order.
import { expect, test } from './fixtures.ts'

test('photos that look like one show how much, as tiles and in a column, and their list follows the language', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 4)], model: model.name })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(4)
  const [card] = await app.client.browse
    .open({ filter: {}, sort: {} })
    .then(({ viewId }) => app.client.browse.window({ viewId, offset: 0, limit: 1 }))
  if (!card?.photoId) throw new Error('no photo')
  const { photoId, name } = card
  const found = await app.client.review.similar({ photo: { photoId }, limit: 3 })
  const percents = found.map(({ cosine }) => `${(100 * cosine).toFixed(0)}%`)
  await cells.first().click()
  await page.getByRole('button', { name: 'Find similar' }).click()
  await expect(page.getByText(`3 similar to ${name}`).first()).toBeVisible()
  await expect(cells.locator('.similarity')).toHaveText(percents.map((percent) => `≈ ${percent}`))
  await expect(cells.first()).not.toHaveAccessibleName(/similar/)
  await expect(cells.nth(1)).toHaveAccessibleName(new RegExp(`${percents[0]} similar`))

  await page.getByRole('button', { name: 'As a list' }).click()
  const heads = page.getByRole('group', { name: 'Sort by' })
  await expect(heads.getByRole('button', { name: 'Similarity' })).toHaveAttribute('aria-pressed', 'true')
  await expect(cells.nth(1)).toContainText(percents[0] ?? '')
  await heads.getByRole('button', { name: 'Similarity' }).click()
  await expect(cells.first()).toContainText(percents[2] ?? '')

  await app.client.settings.set({ language: 'zh-CN' })
  await expect(page.getByText('3 similar to')).toHaveCount(0)
})
