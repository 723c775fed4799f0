// Typing in the review: the search that letters open, and keyboards of other layouts.
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { holdNext } from './support/hold-call.ts'
import { cards, openReview, progress, saved } from './support/review.ts'
import { openScreen } from './support/screens.ts'

test('letters search all labels, and pinned labels keep their digits', async ({ app }) => {
  await openReview(app, 4)
  const { page } = app
  await app.client.settings.set({ pinnedLabels: ['mine'] })
  await expect(page.getByRole('list', { name: 'Pinned' })).toContainText(/9\s*mine/)
  await page.keyboard.press('9')
  await expect(progress(page)).toContainText('2 of 4')
  await page.keyboard.press('g')
  const field = page.getByRole('combobox', { name: 'Find or create a label' })
  await expect(page.getByRole('option', { name: 'Create “g”', selected: true })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  const found = page.getByRole('listbox', { name: 'All labels' }).getByRole('option', { selected: true })
  const name = (await found.textContent())?.trim() ?? ''
  expect(name).toMatch(/^g/i)
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('3 of 4')
  await page.keyboard.press('f')
  await page.keyboard.press('Escape')
  await expect(field).toBeHidden()
  await page.keyboard.press('ArrowRight')
  await expect(progress(page)).toContainText('4 of 4')
  await expect.poll(() => saved(app)).toEqual([['mine'], [name], [], []])
})

test('any word typed at once ends in the search, whatever its letters are elsewhere, and labels this photo', async ({
  app,
}) => {
  await openReview(app, 3)
  const { page } = app
  const field = page.getByRole('combobox', { name: 'Find or create a label' })
  for (const word of ['umbrella', 'xylophone', 'pelican at sea', 'Redwing']) {
    if (word.startsWith('R')) await page.keyboard.press('Shift+R')
    await page.keyboard.type(word.replace('R', ''))
    await expect(field).toHaveValue(word)
    await expect(progress(page)).toContainText('1 of 3')
    await page.keyboard.press('Escape')
    await expect(field).toBeHidden()
  }
  expect((await cards(app)).flatMap(({ labels }) => labels).every(({ state }) => state === 'suggested')).toBe(
    true,
  )
  await page.keyboard.type('umbrella')
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of 3')
  // The page goes on before the core has answered.
  await expect
    .poll(async () => (await cards(app)).map(({ labels }) => labels[0]?.name === 'umbrella'))
    .toEqual([true, false, false])
})

test('a word typed while the review opens is kept, and Enter among its letters confirms no suggestion', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 3)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { page } = app
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  const { reached, release } = await holdNext(app, 'browse.open')
  await openScreen(page, 'Review')
  await reached
  await page.keyboard.type('zebra')
  await page.keyboard.press('Enter')
  release()
  await expect(page.getByRole('combobox', { name: 'Find or create a label' })).toHaveValue('zebra')
  await expect(progress(page)).toContainText('1 of 3')
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of 3')
  await expect
    .poll(async () => (await app.client.labels.list({})).filter(({ confirmed }) => confirmed > 0))
    .toMatchObject([{ name: 'zebra', confirmed: 1 }])
})

test('keys are found by their place on Cyrillic and French keyboards, but letters type in the review', async ({
  app,
}) => {
  await openReview(app, 3)
  const { page } = app
  const press = (key: string, code: string, ctrlKey = false) =>
    page.evaluate((init) => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', init)), {
      key,
      code,
      ctrlKey,
      bubbles: true,
      cancelable: true,
    })
  const said = async () =>
    (await cards(app)).map(({ labels }) => labels.find(({ state }) => state !== 'suggested')?.state)
  await press('&', 'Digit1')
  await expect(progress(page)).toContainText('2 of 3')
  await press('ч', 'KeyX')
  await expect(page.getByRole('combobox', { name: 'Find or create a label' })).toHaveValue('ч')
  await page.keyboard.press('Escape')
  await press('я', 'KeyZ', true)
  await expect.poll(said).toEqual([undefined, undefined, undefined])
  await page.keyboard.press('Escape')
  await page.getByRole('gridcell').nth(1).click()
  await press('ч', 'KeyX')
  await expect.poll(said).toEqual([undefined, 'rejected', undefined])
})
