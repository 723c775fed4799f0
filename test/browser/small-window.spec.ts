// The smallest window: every button can be reached, and dialogs start with the focus in what they are about.
import type { Locator } from '@playwright/test'
import { expect, test, type App } from './fixtures.ts'
import { openScreen } from './support/screens.ts'

/** Within the window and within everything that could cut it off at the right. */
const isWhole = (button: Locator) =>
  button.evaluate((element) => {
    const right = element.getBoundingClientRect().right
    for (let at = element.parentElement; at !== null; at = at.parentElement)
      if (right > at.getBoundingClientRect().right) return false
    return right <= innerWidth
  })

/** Whether something else lies over its middle. */
const isCovered = (button: Locator) =>
  button.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return !element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
  })

async function fill(app: App): Promise<void> {
  await app.page.setViewportSize({ width: 900, height: 600 })
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 30)], model: model.name })
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 20 })
  const known = photoIds.flatMap((id) => id ?? [])
  await app.client.labels.confirm({ photoIds: known.slice(0, 10), name: 'even' })
  await app.client.labels.confirm({ photoIds: known.slice(10), name: 'odd' })
}

test('the buttons of the review and of a head are not cut off in a small window', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  await openScreen(page, 'Review')
  for (const name of ['Accept', 'Reject', 'Clear', 'Next unreviewed']) {
    const button = page.getByRole('region', { name: 'Labels of this photo' }).getByRole('button', { name })
    await expect(button.last()).toBeVisible()
    expect(await isWhole(button.last()), name).toBe(true)
  }
  await openScreen(page, 'Learn')
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  const promote = page.getByRole('button', { name: 'Put in use' })
  await expect(promote).toBeVisible()
  expect(await isWhole(promote)).toBe(true)
})

test('the options of the review are in a menu where the window is too narrow for them', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  // What is reviewed shows in the bar, too.
  await page.getByRole('treeitem', { name: /^part 0/ }).click()
  await openScreen(page, 'Review')
  // The smallest window, and 1280 x 800 at a zoom of 200 %.
  for (const [width, height] of [
    [800, 560],
    [640, 400],
  ] as const) {
    await page.setViewportSize({ width, height })
    const bar = page.locator('.bar').first()
    await expect.poll(async () => (await bar.boundingBox())?.height).toBeLessThan(60)
    const more = page.getByRole('button', { name: 'More options' })
    expect(await isWhole(more)).toBe(true)
    await more.click()
    for (const name of ['Several', 'Thresholds and names…']) {
      const option = page.getByRole('button', { name })
      await expect(option).toBeVisible()
      const box = await option.boundingBox()
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= width, name).toBe(true)
    }
    await page.keyboard.press('Escape')
  }
})

/** How many lines its parts are in. */
const linesOf = (bar: Locator) =>
  bar.evaluate((element) => {
    const boxes = [...element.children].map((child) => child.getBoundingClientRect())
    const middles = boxes.filter(({ height }) => height > 0).map(({ top, bottom }) => (top + bottom) / 2)
    return middles.sort((a, b) => a - b).filter((at, i) => i === 0 || at - (middles[i - 1] ?? 0) > 12).length
  })

test('the bar above the photos is one line, and at most two in a small window, also with the longest order', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.getByRole('gridcell').first().click()
  await page.getByRole('button', { name: 'Find similar' }).click()
  await expect(page.getByLabel('Sort by')).toHaveValue('given')
  const bar = page.locator('header').filter({ has: page.getByRole('searchbox', { name: 'Search' }) })
  for (const [width, height, lines] of [
    [1280, 800, 1],
    [800, 560, 2],
    [640, 400, 2],
  ] as const) {
    await page.setViewportSize({ width, height })
    await expect.poll(() => linesOf(bar)).toBeLessThanOrEqual(lines)
    const rules = bar.getByRole('button', { name: 'Rules…' })
    const menu = bar.getByRole('button', { name: 'Rules and export' })
    await expect(menu.or(rules)).toBeVisible()
    if (await menu.isVisible()) await menu.click()
    await expect(rules).toBeVisible()
    for (const button of await bar.getByRole('button').all())
      expect(await isWhole(button), `${width}: ${await button.innerText()}`).toBe(true)
    await page.keyboard.press('Escape')
  }
})

test('a dialog that is higher than the window opens with the focus in its first field', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await page.keyboard.press('ControlOrMeta+e')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox', { name: 'Confirmed labels only' })).toBeFocused()
  // What there is no choice about is no choice.
  await expect(dialog.getByText(/^The whole library/)).toBeVisible()
  await expect(dialog.getByRole('radio', { name: /^The whole library/ })).toHaveCount(0)
})

test('a message does not cover the list of labels that is open', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  await page.setViewportSize({ width: 800, height: 560 })
  const cell = page.getByRole('gridcell').first()
  await cell.click()
  await page.keyboard.press('t')
  const field = page.getByRole('combobox', { name: 'Choose or type a label' })
  await field.fill('a label that is long enough for a message of some width')
  await field.press('Enter')
  await expect(page.locator('.toast')).toBeVisible()
  await page.keyboard.press('t')
  const options = page.getByRole('listbox', { name: 'Labels' }).getByRole('option')
  // That label, and those that the model suggests.
  await expect(options).toHaveCount(6)
  const covered = await options.evaluateAll(
    (all) =>
      all.filter((option) => {
        const { left, right, top, bottom } = option.getBoundingClientRect()
        return [left + 4, (left + right) / 2, right - 4].some((x) => {
          const above = document.elementFromPoint(x, (top + bottom) / 2)
          return above?.closest('.toast') !== null && above !== null
        })
      }).length,
  )
  await expect(page.locator('.toast')).toBeVisible()
  expect(covered).toBe(0)
})

for (const language of ['en', 'zh-CN'] as const)
  test.describe(`in ${language}`, () => {
    test.use({ homeFiles: { 'settings.json': JSON.stringify({ language }) } })
    test('every action of the selection and of the viewer can be reached in the smallest window', async ({
      app,
    }) => {
      test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
      const { page } = app
      await app.client.library.scan({ folders: [await app.photos('holiday', 4)] })
      const [more, similar, clear] =
        language === 'en'
          ? ['More actions', 'Find similar', 'Clear selection']
          : ['更多操作', '查找相似照片', '取消选择']
      // 1280 x 800 at a zoom of 200 % is the last one.
      for (const [width, height] of [
        [1280, 800],
        [800, 560],
        [640, 400],
      ] as const) {
        await page.setViewportSize({ width, height })
        await page.getByRole('gridcell').first().click()
        const bar = page.getByRole('toolbar')
        const menu = bar.getByRole('button', { name: more })
        // Where the words of the language are short, everything fits.
        await expect(menu.or(bar.getByRole('button', { name: clear }))).toBeVisible()
        if (await menu.isVisible()) await menu.click()
        await expect(bar.getByRole('button', { name: clear })).toBeVisible()
        for (const button of await bar.getByRole('button').all())
          expect(await isWhole(button), `${width}: ${await button.innerText()}`).toBe(true)
        await page.keyboard.press('Escape')
        await page.getByRole('gridcell').first().dblclick()
        const viewer = page.getByRole('dialog')
        const tools = viewer.locator('header')
        await expect(
          tools.getByRole('button', { name: more }).or(tools.getByRole('button', { name: similar })),
        ).toBeVisible()
        for (const button of await tools.getByRole('button').all()) {
          expect(await isWhole(button), `${width}: ${await button.innerText()}`).toBe(true)
          expect(await isCovered(button), `${width}: ${await button.innerText()}`).toBe(false)
        }
        await page.keyboard.press('Escape')
        await expect(viewer).toHaveCount(0)
      }
    })
  })

test('what the colours of the heat map mean leaves a low window to the photo, and is opened on demand', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  await page.setViewportSize({ width: 640, height: 400 })
  await page.getByRole('gridcell').first().dblclick()
  await page.keyboard.press('h')
  const legend = page.getByRole('dialog').locator('.legend')
  await expect(legend).toContainText('high attention')
  expect((await legend.boundingBox())?.height).toBeLessThan(36)
  const words = legend.getByText('This says where it looked')
  await expect(words).toBeHidden()
  await legend.locator('summary').click()
  await expect(words).toBeVisible()
})
