// Learning in the app: train, judge, put in use, go back; groups and the map label many photos in one step.
import path from 'node:path'
import type { Request } from '@playwright/test'
import type { PhotoId } from '../../electron/contract/domain.ts'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

/** Labels `count` photos with the tiny model; gives them in the order of their names. */
async function fill(app: App, count: number): Promise<PhotoId[]> {
  const folder = await app.photos('holiday', count)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: total })
  return photoIds.filter((id) => id !== null)
}

/** Two classes that are easy to tell apart for nobody, so that the head confuses them. */
async function confirmByTurns(app: App, photoIds: readonly PhotoId[]): Promise<void> {
  const every = (turn: number) => photoIds.filter((_, index) => index % 2 === turn)
  await app.client.labels.confirm({ photoIds: every(0), name: 'even', isOnly: true })
  await app.client.labels.confirm({ photoIds: every(1), name: 'odd', isOnly: true })
}

test('the screen names what is missing while there is nothing to learn from', async ({ app }) => {
  await app.page.getByRole('button', { name: 'Learn' }).click()
  await expect(app.page.getByRole('heading', { name: 'Nothing to learn from yet' })).toBeVisible()
  await expect(app.page.getByRole('main').getByRole('button', { name: 'Add folder' })).toBeVisible()
  await expectAccessible(app.page)
})

test(
  'a head is trained, measured, previewed, promoted and rolled back',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    const photoIds = await fill(app, 60)
    await confirmByTurns(app, photoIds.slice(0, 50))
    await page.getByRole('button', { name: 'Learn' }).click()
    await expect(page.getByRole('button', { name: /even.*25/ })).toBeVisible()
    await page.getByRole('button', { name: 'Train on my labels' }).click()
    const head = page.getByRole('article', { name: /version 1/ })
    await expect(
      head.getByText('50 photos, 2 classes').or(head.getByText(/Trained on \d+ photos/)),
    ).toBeVisible()
    const [kept] = await app.client.heads.list({})
    expect(kept?.metrics).not.toBeNull()
    await expect(head.getByText('Photos measured on')).toBeVisible()
    await expectAccessible(page)

    await head.getByRole('button', { name: 'Preview changes' }).click()
    await expect(
      head.getByRole('heading', { name: /of 60 photos would get another first suggestion/ }),
    ).toBeVisible()
    await expect(page.getByText('In use', { exact: true })).toBeHidden()
    await head.getByRole('button', { name: 'Put in use' }).click()
    await expect(head.getByRole('button', { name: 'In use', exact: true })).toBeDisabled()
    // What its training said of it stays.
    await expect(head.getByText(/etter than before: \d.*% right/)).toBeVisible()
    expect((await app.client.heads.list({}))[0]?.isPromoted).toBe(true)
    expect((await app.client.labels.list({})).find(({ name }) => name === 'even')?.confirmed).toBe(25)

    // Undo takes back this, names it, and leaves the labels alone.
    await page.keyboard.press('ControlOrMeta+z')
    await expect(page.locator('.toast')).toContainText('Undone: version 1 put in use')
    await expect(head.getByRole('button', { name: 'Put in use' })).toBeEnabled()
    expect((await app.client.labels.list({})).find(({ name }) => name === 'even')?.confirmed).toBe(25)
    await page.locator('.toast').getByRole('button', { name: 'Redo' }).click()
    await expect(head.getByRole('button', { name: 'In use', exact: true })).toBeDisabled()

    await page.getByRole('button', { name: 'Roll back' }).click()
    await expect(head.getByRole('button', { name: 'Put in use' })).toBeEnabled()
    expect((await app.client.heads.list({}))[0]?.isPromoted).toBe(false)
  },
)

test('putting a version in use shows its progress, and Cancel names its task', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await confirmByTurns(app, await fill(app, 20))
  await app.client.heads.train({})
  await page.getByRole('button', { name: 'Learn' }).click()
  const head = page.getByRole('article', { name: /version 1/ })
  const promotion = await holdNext(app, 'heads.promote')
  const isCall = (method: string) => (request: Request) =>
    request.url().endsWith('/rpc') && (request.postDataJSON() as { method: string }).method === method
  const promoted = page.waitForRequest(isCall('heads.promote'))
  await head.getByRole('button', { name: 'Put in use' }).click()
  await expect(head.getByRole('progressbar', { name: 'Making suggestions…' })).toBeVisible()
  const cancelled = page.waitForRequest(isCall('learning.cancel'))
  await head.getByRole('button', { name: 'Cancel' }).click()
  const taskIdOf = (request: Request) =>
    (request.postDataJSON() as { input: { taskId?: string } }).input.taskId
  expect(taskIdOf(await cancelled)).toBe(taskIdOf(await promoted))
  promotion.release()
  await expect(head.getByRole('button', { name: 'In use', exact: true })).toBeVisible()
})

test('a cell of the confusion matrix opens its photos', async ({ app }) => {
  const { page } = app
  await confirmByTurns(app, await fill(app, 60))
  await app.client.heads.train({})
  await page.getByRole('button', { name: 'Learn' }).click()
  const cell = page.getByRole('button', { name: /photos? of (even|odd) taken for (even|odd)/ }).first()
  const count = Number(await cell.textContent())
  expect(count).toBeGreaterThan(0)
  await cell.click()
  await expect(page.getByRole('grid')).toHaveAttribute('aria-label', /.*/)
  await expect(page.getByText(`${count} photo`, { exact: false }).first()).toBeVisible()
})

test('of more classes than a table has room for, the matrix shows those that are confused', async ({
  app,
}) => {
  const { page } = app
  const photoIds = await fill(app, 78)
  for (let at = 0; at < 26; at++)
    await app.client.labels.confirm({
      photoIds: photoIds.filter((_, index) => index % 26 === at),
      name: `class ${at}`,
      isOnly: true,
    })
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  const matrix = page.getByRole('region', { name: 'Confusion matrix' })
  await expect(matrix.getByRole('listitem').first()).toContainText(/class \d+ taken for class \d+/)
  const rows = matrix.getByRole('rowheader')
  await expect(matrix.getByText(/It shows \d+ of 26 classes/)).toContainText(`shows ${await rows.count()} of`)
  expect(await rows.count()).toBeLessThanOrEqual(24)
  // The columns are those of the rows.
  expect((await matrix.getByRole('columnheader').allTextContents()).map((text) => text.trim())).toEqual(
    (await rows.allTextContents()).map((text) => text.trim()),
  )
})

test('an exported model labels by itself', { tag: '@electron' }, async ({ app }) => {
  const { page } = app
  await confirmByTurns(app, await fill(app, 60))
  const { head } = await app.client.heads.train({})
  test.skip(head.kind === 'knn', 'neighbours cannot be taken away')
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('button', { name: 'Export model…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export your model, version 1' })
  const folder = path.join(app.folder, 'taken')
  await dialog.getByLabel('New or empty folder').fill(folder)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByRole('status')).toContainText('model.onnx')
  const model = await app.client.models.add({ path: folder })
  expect(model.classes).toBe(2)
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByRole('alert')).toContainText('taken')
})

test('the learning curve is measured and shown', async ({ app }) => {
  const { page } = app
  const photoIds = await fill(app, 60)
  await confirmByTurns(app, photoIds)
  await app.client.heads.train({})
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('button', { name: 'Measure' }).click()
  const curve = page.getByRole('img', { name: /Accuracy by number of labels: \d+/ })
  await expect(curve).toBeVisible({ timeout: 120_000 })
  // It stays while it is about the labels that there are.
  await openScreen(page, 'Models')
  await expect(curve).toBeHidden()
  await openScreen(page, 'Learn')
  await expect(curve).toBeVisible()
  const even = page.getByRole('checkbox', { name: 'Train on “even”' })
  await even.uncheck()
  await expect(curve).toBeHidden()
  await even.check()
  await expect(curve).toBeVisible()
  await page.reload()
  await openScreen(page, 'Learn')
  await expect(curve).toBeVisible()
  await app.client.labels.clearAll({ photoIds: photoIds.slice(0, 1) })
  await expect(curve).toBeHidden()
  await expect(
    page.getByText('Labels or classes have changed since it was measured. Measure again.'),
  ).toBeVisible()
  await page.keyboard.press('ControlOrMeta+z')
  await expect(curve).toBeVisible()
})

test('a group of similar photos is labelled in one step, without those taken out, and one undo clears it', async ({
  app,
}) => {
  const { page } = app
  await fill(app, 24)
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('button', { name: 'Find groups' }).click()
  const group = page.getByRole('region', { name: 'Group 1' })
  await expect(group).toBeVisible()
  const photos = group.getByRole('button', { pressed: true })
  const count = await photos.count()
  expect(count).toBeGreaterThan(1)
  await photos.first().click()
  await group.getByRole('combobox', { name: 'Label' }).fill('holiday')
  await expectAccessible(page)
  await group.getByRole('button', { name: new RegExp(`Label ${count - 1} photo`) }).click()
  await expect(group.getByText('holiday')).toBeVisible()
  const confirmed = async () =>
    (await app.client.labels.list({})).find(({ name }) => name === 'holiday')?.confirmed ?? 0
  expect(await confirmed()).toBe(count - 1)
  await page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(confirmed).toBe(0)
})

test('a large group is labelled only after every photo of it was on the screen', async ({ app }) => {
  const { page } = app
  await fill(app, 60)
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('combobox', { name: 'Kind of groups' }).selectOption('Near-duplicates')
  await page.getByRole('slider').fill('0.8')
  await page.getByRole('button', { name: 'Find groups' }).click()
  const group = page.getByRole('region', { name: 'Group 1', exact: true })
  const photos = group.getByRole('button', { pressed: true })
  await expect(photos).toHaveCount(24)
  // Nothing is offered where the photos have no label in common.
  const field = group.getByRole('combobox', { name: 'Label' })
  await expect(field).toHaveValue('')
  await field.fill('holiday')
  const label = group.getByRole('button', { name: /^Label \d+ photos/ })
  const hidden = group.getByText(/^\d+ photos not shown yet$/)
  await expect(hidden).toBeVisible()
  await expect(label).toBeDisabled()
  await field.press('Enter')
  expect((await app.client.history.state({})).undo).toBeNull()
  await group.getByRole('button', { name: /^Show \d+ more$/ }).click()
  await expect(photos).not.toHaveCount(24)
  for (const photo of await photos.all()) await photo.scrollIntoViewIfNeeded()
  await expect(hidden).toBeHidden()
  await label.click()
  await expect(group.getByText('holiday')).toBeVisible()
})

test('the map says how many photos it laid out where the others are only put beside those most like them', async ({
  app,
}) => {
  const { page } = app
  test.skip(app.kind === 'electron', 'there is no network between the page and the core')
  await fill(app, 24)
  // As if it had been more than 5,000 photos, which take ten seconds.
  await page.route('**/rpc', async (route) => {
    if ((route.request().postDataJSON() as { method: string }).method !== 'review.map')
      return route.fallback()
    const response = await route.fetch()
    return route.fulfill({ response, body: (await response.text()).replace('"fitted":24', '"fitted":5') })
  })
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('tab', { name: 'Map' }).click()
  await expect(page.getByText('5 of 24 photos were laid out by how alike they are')).toBeVisible()
})

test('a lasso on the map or a label of its legend selects photos, which are labelled at once', async ({
  app,
}) => {
  const { page } = app
  const photoIds = await fill(app, 24)
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 3), name: 'sea' })
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('tab', { name: 'Map' }).click()
  await page.getByRole('button', { name: /^sea/ }).click()
  await expect(page.getByRole('status').filter({ hasText: /^3 photos$/ })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('heading', { name: 'Labels', exact: true })).toBeVisible()

  const box = await page.locator('canvas').boundingBox()
  if (box === null) throw new Error('no map')
  await page.mouse.move(box.x + 4, box.y + 4)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width - 4, box.y + 4)
  await page.mouse.move(box.x + box.width - 4, box.y + box.height - 4)
  await page.mouse.move(box.x + 4, box.y + box.height - 4)
  await page.mouse.up()
  await expect(page.getByRole('status').filter({ hasText: /^24 photos$/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'Label' }).fill('coast')
  // Nobody labels what was never on the screen.
  const label = page.getByRole('button', { name: 'Label', exact: true })
  await expect(label).toBeDisabled()
  const pictures = page.getByRole('complementary', { name: 'Labels and selected photos' }).locator('img')
  for (const picture of await pictures.all()) await picture.scrollIntoViewIfNeeded()
  await label.click()
  await expect
    .poll(async () => (await app.client.labels.list({})).find(({ name }) => name === 'coast')?.confirmed)
    .toBe(24)
  expect((await app.client.history.state({})).undo).toMatchObject({ name: 'coast', photos: 24 })
})

test(
  'after a kill during training the library opens with everything confirmed',
  { tag: '@electron' },
  async ({ app }) => {
    await confirmByTurns(app, await fill(app, 60))
    const training = app.client.heads.train({}).catch(() => null)
    await app.restart('kill')
    await training
    const labels = await app.client.labels.list({})
    expect(labels.filter(({ confirmed }) => confirmed > 0)).toMatchObject([
      { name: 'even', confirmed: 30 },
      { name: 'odd', confirmed: 30 },
    ])
    await app.page.getByRole('button', { name: 'Learn' }).click()
    await expect(app.page.getByRole('button', { name: 'Train on my labels' })).toBeEnabled()
  },
)

test('photos that cannot be opened are left out of a group and of a selection on the map, which say so', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there on which pictures could be refused')
  const { page } = app
  const photoIds = await fill(app, 12)
  const [broken] = photoIds
  await page.route(`**/picture/grid/${broken}`, (route) => route.fulfill({ status: 404 }))
  await page.getByRole('button', { name: 'Learn' }).click()
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('combobox', { name: 'Kind of groups' }).selectOption('Near-duplicates')
  await page.getByRole('slider').fill('0.5')
  await page.getByRole('button', { name: 'Find groups' }).click()
  const group = page.getByRole('region', { name: 'Group 1', exact: true })
  await expect(group.getByText('1 photo left out: it cannot be opened')).toBeVisible()
  const count = (await group.getByRole('button', { pressed: true }).count()) - 1
  await group.getByRole('combobox', { name: 'Label' }).fill('holiday')
  await group.getByRole('button', { name: `Label ${count} photo` }).click()
  await expect(page.locator('.toast')).toContainText('1 left out: it cannot be opened')
  const labelled = async (name: string) =>
    (await app.client.labels.list({})).find((label) => label.name === name)?.confirmed
  expect(await labelled('holiday')).toBe(count)

  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 3), name: 'sea' })
  await page.getByRole('tab', { name: 'Map' }).click()
  await page.getByRole('button', { name: /^sea/ }).click()
  await expect(page.getByText('1 photo left out: it cannot be opened')).toBeVisible()
  await page.getByRole('combobox', { name: 'Label' }).last().fill('trip')
  await page.getByRole('button', { name: 'Label', exact: true }).click()
  await expect.poll(() => labelled('trip')).toBe(2)
})

test('what is cancelled is named, one at a time, with what became of the library, and a map can be asked for again', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network between page and core')
  const { page } = app
  await confirmByTurns(app, await fill(app, 20))
  const error = {
    code: 'cancelled',
    message: { template: 'It was stopped; the library is as it was.', values: {} },
  }
  let isStopped = true
  // As the core answers where the user was quick enough.
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string }
    const isLong = ['heads.train', 'review.groups', 'review.map'].includes(method)
    await (isLong && isStopped ? route.fulfill({ json: { ok: false, error } }) : route.fallback())
  })
  await openScreen(page, 'Learn')
  // One at a time.
  const toast = page.locator('.toast')
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  await expect(toast).toHaveText(/Training stopped\. The library is as it was\./)
  await page.getByRole('tab', { name: 'Groups' }).click()
  await page.getByRole('button', { name: 'Find groups' }).click()
  await expect(toast).toHaveText(/The search for groups stopped\./)
  await page.getByRole('tab', { name: 'Map' }).click()
  await expect(toast).toHaveText(/Making the map stopped\./)
  isStopped = false
  await page.getByRole('button', { name: 'Make the map' }).click()
  await expect(page.getByText('Drag around points')).toBeVisible()
  // The kind of map that shows is the one that is named.
  isStopped = true
  const method = page.getByRole('combobox', { name: 'Kind of map' })
  await method.selectOption('umap')
  await expect(method).toHaveValue('pca')
})
