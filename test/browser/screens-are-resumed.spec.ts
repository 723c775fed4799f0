// After another screen, each screen is as it was left and still up to date.
import { expect, test } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

test('the library resumes with its selection, and its sidebar still counts labels', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 6)
  await app.client.library.scan({ folders: [folder] })
  const cells = page.getByRole('gridcell')
  await cells.nth(1).click()
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
  await openScreen(page, 'Models')
  await openScreen(page, 'Library')
  await cells.nth(3).click({ modifiers: ['Shift'] })
  await expect(page.getByRole('toolbar')).toContainText('3 selected')
  await page.keyboard.press('t')
  await page.getByRole('combobox', { name: 'Choose or type a label' }).fill('beach')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: 'Confirmed: beach' })).toHaveCount(3)
  await expect(page.getByRole('treeitem', { name: 'beach, 3' })).toBeVisible()
})

test('the review resumes at its photo and still shows suggestions', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 4)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await openScreen(page, 'Review')
  await expect(page.getByRole('heading', { name: /1\.jpg|0\.jpg/ })).toBeVisible()
  const first = (await page.getByRole('heading', { level: 2 }).first().textContent()) ?? ''
  await openScreen(page, 'Models')
  await openScreen(page, 'Review')
  await expect(page.getByRole('heading', { name: first })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: first })).toBeHidden()
  await expect(page.getByText('1 confirmed')).toBeVisible()
})

test('groups resume with what was found, typed and taken out, and without labels undone elsewhere', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 24)], model: model.name })
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('button', { name: 'Find groups' }).click()
  const [first, second] = ['Group 1', 'Group 2'].map((name) =>
    page.getByRole('region', { name, exact: true }),
  )
  if (!first || !second) throw new Error('no groups')
  const fieldOf = (group: typeof first) => group.getByRole('combobox', { name: 'Label' })
  await fieldOf(first).fill('beach')
  // Enter labels nothing before all photos of the group were shown.
  await expect(first.getByRole('button', { name: /^Label \d+ photos$/ })).toBeEnabled()
  await fieldOf(first).press('Enter')
  await expect(first.getByText('beach')).toBeVisible()
  await fieldOf(second).fill('mountains')
  await second.getByRole('button', { pressed: true }).first().click()
  const left = await second.getByRole('button', { pressed: true }).count()
  await second.getByRole('button', { name: 'Open in library' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(left + 1)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('button', { name: /^Redo: .*beach/ })).toBeEnabled()
  await openScreen(page, 'Learn')
  await expect(fieldOf(second)).toHaveValue('mountains')
  await expect(second.getByRole('button', { pressed: true })).toHaveCount(left)
  await expect(fieldOf(first)).toHaveValue('beach')
})
