// A late answer of the core is for what it was asked about, not for what the user has turned to since.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Page, Request } from '@playwright/test'
import type { PhotoId } from '../../electron/contract/domain.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { expect, test, type App } from './fixtures.ts'
import { chooseFolder } from './support/choose.ts'
import { holdEach, holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

test.beforeEach(({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
})

const isCall = (request: Request, method: string) =>
  (request.postDataJSON() as { method?: string } | null)?.method === method

/** How often the page makes a call from now on. */
function countCalls(page: Page, method: string): () => number {
  let count = 0
  page.on('request', (request) => {
    if (isCall(request, method)) count++
  })
  return () => count
}

/** Labels photos with the tiny model. */
async function fill(app: App, count: number): Promise<PhotoId[]> {
  const { name } = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', count)], model: name })
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: total })
  return photoIds.filter((id) => id !== null)
}

/** Ready to be exported. */
async function fillConfirmed(app: App, count: number): Promise<void> {
  const { client } = app
  await client.library.scan({ folders: [await app.photos('holiday', count)] })
  const { viewId, total } = await client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await client.browse.ids({ viewId, from: 0, to: total })
  await client.labels.confirm({ photoIds: photoIds.filter((id) => id !== null), name: 'mine' })
}

/** Ready to train a head. */
async function fillWithTwoClasses({ client }: App, photoIds: readonly PhotoId[]): Promise<void> {
  for (const [turn, name] of ['even', 'odd'].entries())
    await client.labels.confirm({ photoIds: photoIds.filter((_, at) => at % 2 === turn), name })
}

test('an export that ends after its dialog was closed shows a message', async ({ app }) => {
  const { page } = app
  await fillConfirmed(app, 3)
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  for (const [call, text] of [
    ['exports.write', 'labels.csv'],
    ['exports.dataset', `${app.folder} is not empty`],
  ] as const) {
    await page.keyboard.press('ControlOrMeta+e')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    if (call === 'exports.dataset') {
      await dialog.getByRole('radio', { name: 'Training elsewhere' }).check()
      await dialog.getByRole('radio', { name: 'ImageFolder' }).check()
      await dialog.getByRole('textbox', { name: 'New or empty folder' }).fill(app.folder)
    }
    const { reached, release } = await holdNext(app, call)
    await dialog.getByRole('button', { name: 'Export', exact: true }).click()
    await reached
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()
    release()
    await expect(page.getByText(text)).toBeVisible()
  }
})

test('an export that is cancelled while it looks for its photos writes nothing', async ({ app }) => {
  const { page } = app
  await fillConfirmed(app, 3)
  await page.getByRole('searchbox', { name: 'Search' }).fill('jpg')
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export' })
  await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).uncheck()
  await expect(dialog.getByRole('row')).toHaveCount(4)
  await dialog.getByRole('radio', { name: 'Training elsewhere' }).check()
  await dialog.getByRole('radio', { name: 'ImageFolder' }).check()
  const folder = path.join(app.folder, 'set')
  await dialog.getByRole('textbox', { name: 'New or empty folder' }).fill(folder)
  await expect(dialog.getByText('3 photos')).toBeVisible()
  // The look at its rows may still ask for the same photos.
  const { release } = await holdEach(app, 'browse.ids')
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  release()
  await expect(dialog.getByRole('alert')).toContainText('stopped')
  expect(await readdir(app.folder)).not.toContain('set')
})

test('settings that are changed quickly do not flicker back', async ({ app }) => {
  const { page } = app
  await openScreen(page, 'Settings')
  await page.evaluate(() => {
    const { style } = document.documentElement
    const shown: string[] = []
    Object.assign(window, { shown })
    new MutationObserver(() => {
      if (shown.at(-1) !== style.colorScheme) shown.push(style.colorScheme)
    }).observe(document.documentElement, { attributeFilter: ['style'] })
  })
  const { reached, release } = await holdNext(app, 'settings.set')
  const theme = page.getByRole('radiogroup', { name: 'Theme' })
  await theme.getByText('Dark').click()
  await reached
  await theme.getByText('Light').click()
  release()
  await expect.poll(async () => (await app.client.settings.get({})).theme).toBe('light')
  await expect(theme.getByRole('radio', { name: 'Light' })).toBeChecked()
  expect(await page.evaluate(() => (window as unknown as { shown: string[] }).shown)).toEqual([
    'dark',
    'light',
  ])
})

test('changes during the start of the page show on it', async ({ app }) => {
  const { page } = app
  const read = Promise.withResolvers<null>()
  const released = Promise.withResolvers<null>()
  await page.route('**/rpc', async (route) => {
    if (!isCall(route.request(), 'settings.get')) {
      await route.fallback()
      return
    }
    const response = await route.fetch()
    read.resolve(null)
    await released.promise
    await route.fulfill({ response })
  })
  const start = page.reload()
  await read.promise
  await app.client.settings.set({ language: 'zh-CN' })
  released.resolve(null)
  await start
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible()
})

test('changes during a lost connection show once it is back', async ({ app }) => {
  const { page } = app
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  const up = Promise.withResolvers<null>()
  let lines = 0
  await page.route('**/events', async (route) => {
    if (++lines === 1) {
      await route.fulfill({ contentType: 'text/event-stream', body: 'retry: 1\n\n' })
      return
    }
    await up.promise
    await route.fallback()
  })
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await app.client.settings.set({ language: 'zh-CN' })
  up.resolve(null)
  await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible()
})

test('a page that is left alone says that Labelroom was closed, and what to do', async ({ app }) => {
  const { page } = app
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  let lines = 0
  let isBack = false
  // The line breaks, and nobody answers any more.
  await page.route('**/events', async (route) => {
    if (isBack) await route.continue()
    else if (++lines === 1) await route.fulfill({ contentType: 'text/event-stream', body: 'retry: 1\n\n' })
    else await route.abort('connectionrefused')
  })
  await page.reload()
  const cover = page.getByRole('alertdialog', { name: 'The connection to Labelroom is lost' })
  await expect(cover).toContainText('Start it again and open the address that it shows.')
  await expect(page.locator('.toast')).toHaveCount(0)

  // It stays while nobody answers, and goes on once somebody does.
  const isPage = (url: URL) => url.pathname === '/'
  await page.route(isPage, (route) => route.abort('connectionrefused'))
  await cover.getByRole('button', { name: 'Try again' }).click()
  await expect(cover.getByRole('status')).toHaveText('There is still no answer.')
  await page.unroute(isPage)
  await page.route(isPage, async (route) => {
    isBack = true
    await route.continue()
  })
  await cover.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await expect(cover).toHaveCount(0)
})

test('a late explanation of another photo does not hide the current one', async ({ app }) => {
  const { page } = app
  await fill(app, 3)
  await page.getByRole('gridcell').first().dblclick()
  const viewer = page.getByRole('dialog')
  const { reached, release } = await holdNext(app, 'photos.explain')
  await page.keyboard.press('h')
  await reached
  await page.keyboard.press('ArrowRight')
  await expect(viewer.getByRole('status')).toContainText('where tiny looked')
  const answered = page.waitForResponse((reply) => isCall(reply.request(), 'photos.explain'))
  release()
  await (await answered).finished()
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  expect(await viewer.getByRole('status').textContent()).toContain('where tiny looked')
})

test('a model that finishes loading leaves the chosen model and the open question about it alone', async ({
  app,
}) => {
  const { page } = app
  await app.addTinyModel('first')
  const second = await writeTinyModel(path.join(app.folder, 'second'), {
    change: (weights) => weights.map((weight) => weight / 2),
  })
  await openScreen(page, 'Models')
  const { reached, release } = await holdNext(app, 'models.add')
  await chooseFolder(app, page.getByRole('button', { name: 'Add folder…' }), second)
  await reached
  await page.getByRole('button', { name: 'first', exact: true }).click()
  await page.getByRole('button', { name: 'Remove…' }).click()
  release()
  await expect(page.getByRole('row', { name: 'second', includeHidden: true })).toHaveCount(1)
  await expect(page.getByText('Reading')).toHaveCount(0)
  await page.getByRole('dialog', { name: 'Remove first?' }).getByRole('button', { name: 'Remove' }).click()
  await expect
    .poll(async () => (await app.client.models.list({})).map(({ name }) => name))
    .toContain('second')
  await expect
    .poll(async () => (await app.client.models.list({})).map(({ name }) => name))
    .not.toContain('first')
})

test('the head and the folder of a model export stay those that were chosen', async ({ app }) => {
  const { page } = app
  await fillWithTwoClasses(app, await fill(app, 60))
  await app.client.heads.train({})
  await openScreen(page, 'Learn')
  const training = await holdNext(app, 'heads.train')
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  await training.reached
  await page.getByRole('button', { name: 'Export model…' }).click()
  training.release()
  await expect(page.getByRole('heading', { name: /version 2/, includeHidden: true })).toHaveCount(1)
  const dialog = page.getByRole('dialog', { name: 'Export your model, version 1' })
  const folder = dialog.getByLabel('New or empty folder')
  await folder.fill(path.join(app.folder, 'a'))
  const writing = await holdNext(app, 'exports.model')
  await dialog.getByRole('button', { name: 'Export' }).click()
  await writing.reached
  await folder.fill(path.join(app.folder, 'b'))
  const cancel = page.waitForRequest((request) => isCall(request, 'exports.cancel'))
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect((await cancel).postDataJSON()).toMatchObject({ input: { path: path.join(app.folder, 'a') } })
  writing.release()
})

test('a training goes on behind another screen, and its result shows', async ({ app }) => {
  const { page } = app
  await fillWithTwoClasses(app, await fill(app, 60))
  await openScreen(page, 'Learn')
  const { reached, release } = await holdNext(app, 'heads.train')
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  await reached
  await openScreen(page, 'Models')
  await openScreen(page, 'Learn')
  await expect(page.getByRole('button', { name: 'Cancel' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Train on my labels' })).toBeHidden()
  release()
  await expect(page.getByRole('article', { name: /version 1/ }).getByRole('status')).toBeVisible()
})

test('a label typed or confirmed for a group is not applied to a group found later', async ({ app }) => {
  const { page } = app
  await fill(app, 24)
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Groups' }).click()
  const find = page.getByRole('button', { name: 'Find groups' })
  const finds = countCalls(page, 'review.groups')
  const first = await holdNext(app, 'review.groups')
  await page.getByRole('checkbox').focus()
  await page.keyboard.press('Enter')
  await first.reached
  await page.keyboard.press('Enter')
  first.release()
  const group = page.getByRole('region', { name: 'Group 1' })
  const name = group.getByRole('combobox', { name: 'Label' })
  await name.fill('holiday')
  expect(finds()).toBe(1)

  const { reached, release } = await holdNext(app, 'labels.confirm')
  await group.getByRole('button', { name: /^Label \d/ }).click()
  await reached
  await find.click()
  await expect(find).toBeVisible()
  await expect(name).not.toHaveValue('holiday')
  release()
  await expect(page.getByRole('button', { name: 'Undo' }).last()).toBeVisible()
  await expect(name).toBeVisible()
})

test('the map is computed once for each method', async ({ app }) => {
  const { page } = app
  await fill(app, 24)
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Map' }).click()
  const cancel = page.getByRole('button', { name: 'Cancel' })
  await expect(cancel).toBeHidden()
  const maps = countCalls(page, 'review.map')
  const { reached, release } = await holdNext(app, 'review.map')
  await page.getByRole('combobox').first().selectOption('umap')
  await reached
  await expect(cancel).toBeVisible()
  release()
  await expect(cancel).toBeHidden()
  expect(maps()).toBe(1)
})

test('the numbers beside a list are asked for when it is there, once, however fast its words were typed', async ({
  app,
}) => {
  const { page } = app
  const photoIds = await fill(app, 3)
  await expect(page.locator('[role=gridcell] img:not([hidden])')).toHaveCount(3)
  // The last change there is; the steps are what shows it last.
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 1), name: 'mine' })
  await expect(page.getByRole('button', { name: /^Confirmed 1/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'From photos to labels' }).getByText('1 of 3')).toBeVisible()
  const counted: string[] = []
  page.on('request', (request) => {
    if (!isCall(request, 'browse.counts')) return
    const { input } = request.postDataJSON() as { input: { filter: { text?: string } } }
    counted.push(input.filter.text ?? 'of the whole library')
  })
  const { reached, release } = await holdNext(app, 'browse.open')
  await page.getByRole('searchbox', { name: 'Search' }).pressSequentially('jpg')
  await reached
  expect(counted).toEqual([])
  release()
  await expect.poll(() => counted).toEqual(['jpg'])
  // What would follow the first numbers has been asked for when the next ones are.
  await page.getByRole('button', { name: /^Failed/ }).click()
  await expect.poll(() => counted.length).toBeGreaterThan(1)
  expect(counted).toEqual(['jpg', 'jpg'])
})

test('a list that is shown for a command is asked for once', async ({ app }) => {
  const { page } = app
  await fill(app, 3)
  const opened: unknown[] = []
  page.on('request', (request) => {
    if (!isCall(request, 'browse.open')) return
    const { input } = request.postDataJSON() as { input: { filter: { photoIds?: unknown } } }
    if (Array.isArray(input.filter.photoIds)) opened.push(input.filter.photoIds)
  })
  await page.getByRole('gridcell').first().click()
  await page.getByRole('button', { name: 'Find similar' }).click()
  await expect(page.getByText(/similar to .*\.jpg/).first()).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await expect(page.getByRole('combobox', { name: 'Sort by' })).toHaveValue('given')
  expect(opened).toHaveLength(1)
})
