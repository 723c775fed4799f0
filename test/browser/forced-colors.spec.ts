// Where the system gives all colours, what is chosen still shows.
import type { Locator } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

/** Waits for it: what is chosen may be drawn one frame later than the page answers. */
const expectOutline = (element: Locator, style: 'solid' | 'none') =>
  expect(element).toHaveCSS('outline-style', style)

test('what is selected has an outline in forced colours', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await page.emulateMedia({ forcedColors: 'active' })
  // The photos of a folder come in batches; what is read below is about all of them.
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await page.getByRole('gridcell').first().click()
  await expect(page.getByRole('gridcell', { selected: true })).toHaveCount(1)
  const frames = await page
    .getByRole('gridcell')
    .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell, '::after').borderTopWidth))
  expect(frames).toEqual(['4px', '0px', '0px'])
  // Nothing else has a frame.
  const colours = await page.getByRole('gridcell').evaluateAll((cells) =>
    cells.map((cell) => {
      const picture = cell.querySelector('img')?.parentElement ?? cell
      return getComputedStyle(picture).borderTopColor === getComputedStyle(document.body).backgroundColor
    }),
  )
  expect(colours).toEqual([true, true, true])
  await page.getByRole('treeitem', { name: 'holiday, 3' }).click()
  const states = page.getByRole('complementary')
  for (const [chosen, other] of [
    [states.getByRole('button', { name: 'All 3' }), states.getByRole('button', { name: 'Suggested 0' })],
    [page.getByRole('treeitem', { name: 'holiday, 3' }), page.getByRole('treeitem', { name: 'part 0, 1' })],
    [page.getByRole('button', { name: 'Library' }), page.getByRole('button', { name: 'Models' })],
  ] as const) {
    await expectOutline(chosen, 'solid')
    await expectOutline(other, 'none')
  }
})

test('the bars of scores and of counts are drawn in forced colours', async ({ app }) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 6)], model: model.name })
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 2 })
  await app.client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: 'sea' })
  await page.emulateMedia({ forcedColors: 'active' })
  for (const [screen, bars] of [
    ['Review', page.getByRole('list', { name: 'Suggestions' })],
    ['Learn', page.getByRole('region', { name: 'Your labels' })],
  ] as const) {
    await openScreen(page, screen)
    const drawn = bars.locator('.bar > span').first()
    await expect(drawn).toBeAttached()
    const [bar, ground] = await drawn.evaluate((element) => [
      getComputedStyle(element).backgroundColor,
      getComputedStyle(document.body).backgroundColor,
    ])
    expect(bar, screen).not.toBe(ground)
  }
})
