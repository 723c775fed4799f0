// Where the keys go while something is open over a screen.
import { expect, test } from './fixtures.ts'

test('Escape closes a menu and leaves the selection as it is', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await page.getByRole('gridcell').nth(1).click()
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(1)
  for (const name of ['Actions for holiday', 'Filter']) {
    await page.getByRole('button', { name, exact: true }).press('Enter')
    const open = page.locator(':popover-open')
    await expect(open).toHaveCount(1)
    await page.keyboard.press('Escape')
    await expect(open).toHaveCount(0)
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused()
    await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(1)
  }
  await page.keyboard.press('Escape')
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(0)
})

test('the rules start with the focus in them', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 1)] })
  await page.getByRole('button', { name: 'Rules…' }).click()
  await expect(page.getByRole('slider', { name: 'Minimum score for every label' })).toBeFocused()
})
