// What the review shows of a photo: its own labels, what is suggested, and what to do where there is nothing.
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

const progress = (page: Page) => page.getByRole('status', { name: 'Progress' })

test('a photo that no model has seen says so, and offers nothing to accept', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await app.client.library.scan({ folders: [folder] })
  const { page } = app
  await openScreen(page, 'Review')
  await expect(page.getByText('No model has looked at this photo yet')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Accept' })).toBeDisabled()
  const key = page.getByRole('button', { name: 'Reject' }).locator('kbd')
  await expect(key).toBeVisible()
  await page.keyboard.type('harbour')
  // Keys are about the search now.
  await expect(key).toBeHidden()
  await page.keyboard.press('Enter')
  await expect(key).toBeVisible()
  await expect(progress(page)).toContainText('2 of 2')
})

test('a suggestion that was accepted is among the own labels once the user comes back, and undo makes it one again', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 3)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { page } = app
  await openScreen(page, 'Review')
  const suggestions = page.getByRole('list', { name: 'Suggestions' }).getByRole('listitem')
  await expect(progress(page)).toContainText('1 of')
  const count = await suggestions.count()
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of')
  await expect(progress(page)).toContainText('1 confirmed')
  await page.keyboard.press('ArrowLeft')
  const own = page.getByRole('list', { name: 'Your labels' }).getByRole('listitem')
  await expect(own).toHaveCount(1)
  await expect(suggestions).toHaveCount(count - 1)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(progress(page)).toContainText('1 of')
  await expect(own).toHaveCount(0)
  await expect(suggestions).toHaveCount(count)
})

test('an empty library offers what to do', async ({ app }) => {
  await openScreen(app.page, 'Review')
  await expect(app.page.getByText('Nothing waits for review')).toBeVisible()
  await expectAccessible(app.page)
})
