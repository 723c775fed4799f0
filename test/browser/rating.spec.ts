// Stars and flags: given by keys, in the menu and in the viewer; shown on tiles, filtered, undone.
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

test('stars and flags are given by keys, in the menu and in the viewer, filtered, and taken back by undo', async ({
  app,
}) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 4)] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(4)
  const rated = (text: string) => page.getByRole('gridcell').getByRole('img', { name: text, exact: true })
  await cells.first().click()
  await cells.nth(1).click({ modifiers: ['ControlOrMeta'] })
  await page.keyboard.press('4')
  await expect(rated('4 stars')).toHaveCount(2)
  await page.keyboard.press('Shift+P')
  await expect(rated('4 stars, flag “pick”')).toHaveCount(2)
  await cells.nth(2).click({ button: 'right' })
  const menu = page.getByRole('menu', { name: 'Actions for the photos' })
  await menu.getByRole('menuitemradio', { name: '2 stars' }).click()
  await expect(rated('2 stars')).toHaveCount(1)
  await expect(page.getByRole('status').filter({ hasText: '1 photo: 2 stars' })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('status').filter({ hasText: 'Undone: 2 stars for 1 photo' })).toBeVisible()
  await expect(rated('2 stars')).toHaveCount(0)
  await cells.nth(3).dblclick()
  const panel = page.getByRole('complementary', { name: 'About this photo' })
  await page.keyboard.press('Shift+Digit5')
  await expect(panel.getByRole('button', { name: '5 stars' })).toHaveAttribute('aria-pressed', 'true')
  await panel.getByRole('button', { name: 'flag “reject”' }).click()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(rated('5 stars, flag “reject”')).toHaveCount(1)
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByLabel('Flag', { exact: true }).selectOption('pick')
  await page.keyboard.press('Escape')
  await expect(cells).toHaveCount(2)
  await page.getByRole('button', { name: 'Remove the condition Flag: Pick' }).click()
  await page.getByRole('combobox', { name: 'Sort by' }).selectOption('rating')
  // The best first.
  await expect(cells.first().getByRole('img', { name: '5 stars, flag “reject”' })).toBeVisible()
  expect(await app.client.browse.facets({})).toMatchObject({ rated: 3, flagged: 3 })
})
