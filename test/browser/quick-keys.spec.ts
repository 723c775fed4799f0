// Keys that come faster than the core answers mean what shows when those before them are done.
import { expect, test, type App } from './fixtures.ts'
import { holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

/** What the user has decided for each photo, in the order of their names: `cat` or `not cat`. */
async function saidOf(app: App): Promise<string[][]> {
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const cards = await app.client.browse.window({ viewId, offset: 0, limit: 10 })
  return cards.map(({ labels }) =>
    labels
      .filter(({ state }) => state !== 'suggested')
      .map(({ name, state }) => (state === 'confirmed' ? name : `not ${name}`))
      .toSorted(),
  )
}

/** The label of a digit in the review. */
async function suggestion({ page }: App, digit: number): Promise<string | null> {
  const row = page
    .getByRole('list', { name: 'Suggestions' })
    .getByRole('listitem')
    .nth(digit - 1)
  return row.locator('[title]').first().getAttribute('title')
}

async function suggested(app: App, count: number): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', count)], model: model.name })
  await expect(app.page.getByRole('gridcell', { name: 'Suggested' })).toHaveCount(count)
}

test('0 right after an undo rejects on the photo that the undo leads back to', async ({ app }) => {
  const { page } = app
  await suggested(app, 3)
  await page.keyboard.press('ControlOrMeta+2')
  await expect(page.getByText('1 of 3')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText('2 of 3')).toBeVisible()
  await expect.poll(async () => (await saidOf(app))[0]).toHaveLength(1)
  const { release } = await holdNext(app, 'history.undo')
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('0')
  release()
  await expect.poll(async () => (await saidOf(app))[0]?.length).toBeGreaterThan(1)
  const [first, ...others] = await saidOf(app)
  expect(first?.every((said) => said.startsWith('not '))).toBe(true)
  expect(others).toEqual([[], []])
  await expect(page.getByText('2 of 3')).toBeVisible()
})

test('X right after an undo in the grid rejects what is suggested again', async ({ app }) => {
  const { page } = app
  await suggested(app, 2)
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('p')
  await expect.poll(async () => (await saidOf(app))[0]).toHaveLength(1)
  const [[best] = []] = await saidOf(app)
  const { release } = await holdNext(app, 'history.undo')
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('x')
  release()
  await expect.poll(() => saidOf(app)).toEqual([[`not ${best ?? ''}`], []])
})

test('an undo right after a label undoes that label', async ({ app }) => {
  const { page } = app
  await suggested(app, 2)
  await page.getByRole('gridcell').first().click()
  const { release } = await holdNext(app, 'labels.reviewTop')
  await page.keyboard.press('p')
  await page.keyboard.press('ControlOrMeta+z')
  release()
  await expect.poll(async () => (await app.client.history.state({})).redo?.kind).toBe('accept')
  expect(await saidOf(app)).toEqual([[], []])
})

test('a key right after Select all acts on all photos', async ({ app }) => {
  const { page } = app
  await suggested(app, 3)
  await page.getByRole('grid').focus()
  const { release } = await holdNext(app, 'browse.ids')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('p')
  release()
  await expect.poll(async () => (await saidOf(app)).map(({ length }) => length)).toEqual([1, 1, 1])
})

test('a photo selected after Select all stays selected, although the core names all of them later', async ({
  app,
}) => {
  const { page } = app
  await suggested(app, 3)
  await page.getByRole('grid').focus()
  const { release } = await holdNext(app, 'browse.ids')
  await page.keyboard.press('ControlOrMeta+a')
  await page.getByRole('gridcell').nth(1).click()
  release()
  await page.keyboard.press('p')
  await expect.poll(async () => (await saidOf(app)).map(({ length }) => length)).toEqual([0, 1, 0])
  await expect(page.getByRole('toolbar')).toContainText('1 selected')
})

test('a label right after Select all is given to all photos', async ({ app }) => {
  const { page } = app
  await suggested(app, 3)
  await page.getByRole('gridcell').first().click()
  const { release } = await holdNext(app, 'browse.ids')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('t')
  await page.keyboard.type('zebu')
  await page.keyboard.press('Enter')
  release()
  await expect.poll(() => saidOf(app)).toEqual([['zebu'], ['zebu'], ['zebu']])
})

test('Enter right after a digit keeps its label and goes on', async ({ app }) => {
  const { page } = app
  await suggested(app, 3)
  await page.keyboard.press('ControlOrMeta+2')
  await page.getByRole('checkbox', { name: 'Go to next automatically' }).uncheck()
  const name = await suggestion(app, 2)
  const { release } = await holdNext(app, 'labels.confirm')
  await page.keyboard.press('2')
  await page.keyboard.press('Enter')
  release()
  await expect(page.getByText('2 of 3')).toBeVisible()
  expect(await saidOf(app)).toEqual([[name], [], []])
})

test('a digit pressed twice quickly confirms and clears a label', async ({ app }) => {
  const { page } = app
  await suggested(app, 3)
  await page.keyboard.press('ControlOrMeta+2')
  await page.getByRole('button', { name: 'Several', exact: true }).click()
  const name = await suggestion(app, 2)
  const { release } = await holdNext(app, 'labels.confirm')
  for (const key of ['1', '1', '2', 'Enter']) await page.keyboard.press(key)
  release()
  await expect(page.getByText('2 of 3')).toBeVisible()
  expect(await saidOf(app)).toEqual([[name], [], []])
})

test('no key skips a photo that does not show yet', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 45)] })
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await page.keyboard.press('ControlOrMeta+2')
  await expect(page.getByText('1 of 45')).toBeVisible()
  const { reached, release } = await holdNext(app, 'browse.cards')
  for (let at = 1; at < 41; at++) await page.keyboard.press('ArrowRight')
  await reached
  await page.keyboard.press('0')
  release()
  await expect(page.getByRole('heading', { name: '.jpg' })).toBeVisible()
  await expect(page.getByText('41 of 45')).toBeVisible()
})

test('in the viewer a digit pressed twice clears its label again, and two digits confirm two labels', async ({
  app,
}) => {
  const { page } = app
  await suggested(app, 1)
  await openScreen(page, 'Settings')
  await page.getByRole('radiogroup', { name: 'Labels for each photo' }).getByText('Several').click()
  await openScreen(page, 'Library')
  await page.getByRole('gridcell').first().dblclick()
  const rows = page.getByRole('dialog').getByRole('list').first().getByRole('listitem')
  await expect(rows.nth(1)).toBeVisible()
  // Below the name its tip says what the model said.
  const tip = await rows.nth(1).locator('[title]').first().getAttribute('title')
  const name = tip?.split('\n')[0]
  const { release } = await holdNext(app, 'labels.confirm')
  for (const digit of ['1', '2', '1']) await page.keyboard.press(digit)
  release()
  await expect.poll(() => saidOf(app)).toEqual([[name]])
})
