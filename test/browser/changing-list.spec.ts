// The list is opened again whenever the library changes, as in a job; what the user does meanwhile holds.
import path from 'node:path'
import type { Request } from '@playwright/test'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'
import { holdEach, holdNext } from './support/hold-call.ts'

const cells = ({ page }: App) => page.getByRole('gridcell')
const selected = ({ page }: App) => page.getByRole('gridcell', { selected: true })

/** A grid of `0.jpg` to `3.jpg`. */
async function fourPhotos(app: App): Promise<string> {
  const folder = path.join(app.folder, 'holiday')
  for (const number of [0, 1, 2, 3]) await writePhoto(path.join(folder, `${number}.jpg`), number)
  await app.client.library.scan({ folders: [folder] })
  await expect(cells(app)).toHaveCount(4)
  return folder
}

/** Finds a photo that comes before all others. */
async function addFirst(app: App, folder: string): Promise<void> {
  await writePhoto(path.join(folder, '!.jpg'), 30)
  await app.client.library.scan({ folders: [folder] })
}

test('a range stays selected, although the list was opened again before the core named its photos', async ({
  app,
}) => {
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.ids', { from: 0, to: 3 })
  await cells(app)
    .nth(2)
    .click({ modifiers: ['Shift'] })
  await reached
  await addFirst(app, folder)
  await expect(cells(app)).toHaveCount(5)
  release()
  await expect(app.page.getByRole('toolbar')).toContainText('3 selected')
  await expect(selected(app)).toContainText(['0.jpg', '1.jpg', '2.jpg'])
})

test('a range starts from the same photo after another came before it', async ({ app }) => {
  const folder = await fourPhotos(app)
  await cells(app).nth(1).click()
  await addFirst(app, folder)
  await expect(cells(app)).toHaveCount(5)
  await cells(app)
    .last()
    .click({ modifiers: ['Shift'] })
  await expect(selected(app)).toContainText(['1.jpg', '2.jpg', '3.jpg'])
  await expect(app.page.getByRole('toolbar')).toContainText('3 selected')
})

test('keys move from photo to photo while the list is opened again', async ({ app }) => {
  const { page } = app
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.locate')
  await addFirst(app, folder)
  await reached
  await page.keyboard.press('ArrowRight')
  release()
  await expect(cells(app)).toHaveCount(5)
  await page.keyboard.press('ArrowRight')
  await expect(selected(app)).toContainText(['2.jpg'])
})

test('the viewer keeps its photo while the list is opened again', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.locate')
  await addFirst(app, folder)
  await reached
  await cells(app).nth(1).dblclick()
  const viewer = page.getByRole('dialog')
  await expect(viewer).toContainText('1.jpg')
  release()
  await page.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('2.jpg')
  await page.keyboard.press('Escape')
  await expect(cells(app)).toHaveCount(5)
  await page.keyboard.press('ArrowRight')
  await expect(selected(app)).toContainText(['3.jpg'])
})

/** Two labels, of which the first is the more frequent until `swap` is called; the first photo has none. */
async function twoLabels(app: App): Promise<{ swap: () => Promise<unknown> }> {
  await fourPhotos(app)
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const found = await app.client.browse.ids({ viewId, from: 1, to: 4 })
  const photoIds = found.photoIds.filter((id) => id !== null)
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 2), name: 'zebra' })
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 1), name: 'zebu' })
  return { swap: () => app.client.labels.confirm({ photoIds, name: 'zebu' }) }
}

const given = async ({ client }: App, name: string) =>
  (await client.browse.open({ filter: { labels: [name], states: ['confirmed'] }, sort: {} })).total

test('Enter confirms the label that the arrows marked, although the labels change places', async ({
  app,
}) => {
  const { page } = app
  const { swap } = await twoLabels(app)
  await cells(app).first().click()
  await page.keyboard.press('t')
  await expect(page.getByRole('combobox', { name: 'Choose or type a label' })).toBeFocused()
  await page.keyboard.type('zeb')
  await expect(page.getByRole('option', { name: /^zeb[^ ]/ })).toContainText(['zebra', 'zebu'])
  await page.keyboard.press('ArrowDown')
  await swap()
  await expect(page.getByRole('option', { name: /^zeb[^ ]/ })).toContainText(['zebu', 'zebra'])
  await page.keyboard.press('Enter')
  await expect.poll(() => given(app, 'zebu')).toBe(4)
})

test('Enter confirms the label that the search showed first, although newer counts reorder it', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const { swap } = await twoLabels(app)
  await page.keyboard.press('ControlOrMeta+2')
  await expect(page.getByText('1 of 2')).toBeVisible()
  // The sidebar asks for labels, too.
  const { reached, release } = await holdEach(app, 'labels.list')
  await page.keyboard.type('zeb')
  await reached
  await expect(page.getByRole('option', { name: /^zeb[^ ]/ })).toContainText(['zebra', 'zebu'])
  await swap()
  release()
  await expect(page.getByRole('option', { name: /^zeb[^ ]/ })).toContainText(['zebu', 'zebra'])
  await page.keyboard.press('Enter')
  await expect.poll(() => given(app, 'zebra')).toBe(3)
})

test('the library is read again by one reading at a time, and the last one knows every change', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const folder = await fourPhotos(app)
  const isReading = (request: Request) => request.postData()?.includes('"library.tree"') === true
  // By request: one that began before may end meanwhile.
  const inFlight = new Set<Request>()
  let most = 0
  page.on('request', (request) => {
    if (isReading(request)) most = Math.max(most, inFlight.add(request).size)
  })
  page.on('requestfinished', (request) => {
    inFlight.delete(request)
  })
  const { reached, release } = await holdNext(app, 'library.tree')
  await addFirst(app, folder)
  await reached
  // The page hears of each by itself.
  for (const number of [31, 32, 33]) {
    await writePhoto(path.join(folder, `${number}.jpg`), number)
    await app.client.library.scan({ folders: [folder] })
  }
  release()
  await expect(cells(app)).toHaveCount(8)
  expect(most).toBe(1)
})

/** `0.jpg` and `1.jpg`, and below them a folder `later` with `2.jpg` and `3.jpg`; its list is asked for, and does not come. */
async function openFolder(app: App): Promise<{ readonly release: () => void }> {
  const folder = path.join(app.folder, 'holiday')
  for (const [number, name] of ['0.jpg', '1.jpg', 'later/2.jpg', 'later/3.jpg'].entries())
    await writePhoto(path.join(folder, name), number)
  await app.client.library.scan({ folders: [folder] })
  await expect(cells(app)).toHaveCount(4)
  const { reached, release } = await holdNext(app, 'browse.open')
  await app.page.getByRole('treeitem', { name: 'later, 2' }).click()
  await reached
  return { release }
}

test('a photo that is clicked while the list of another folder comes is selected in it', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { release } = await openFolder(app)
  await cells(app).nth(3).click()
  release()
  await expect(cells(app)).toHaveCount(2)
  await expect(selected(app)).toContainText(['3.jpg'])
  // The keys stand on it, too.
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('dialog')).toContainText('3.jpg')
})

test('a photo that is opened while the list of another folder comes stays open', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { release } = await openFolder(app)
  await cells(app).nth(3).dblclick()
  release()
  await expect(cells(app)).toHaveCount(2)
  await expect(app.page.getByRole('dialog')).toContainText('3.jpg')
})

test('what was selected before a folder is chosen is not selected in its list', async ({ app }) => {
  await openFolder(app).then(({ release }) => release())
  await expect(cells(app)).toHaveCount(2)
  await cells(app).first().click()
  await app.page.getByRole('treeitem', { name: 'later, 2' }).click()
  await expect(cells(app)).toHaveCount(4)
  await expect(selected(app)).toHaveCount(0)
})

test('all photos means those of the folder that was chosen right before', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { release } = await openFolder(app)
  await app.page.keyboard.press('ControlOrMeta+a')
  release()
  await expect(app.page.getByRole('toolbar')).toContainText('2 selected')
})

test('a photo that is clicked while another comes before it is the one that keys open', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const folder = await fourPhotos(app)
  await cells(app).last().click()
  const { reached, release } = await holdNext(app, 'browse.locate')
  await writePhoto(path.join(folder, '1b.jpg'), 30)
  await app.client.library.scan({ folders: [folder] })
  await reached
  await cells(app).first().click()
  release()
  await expect(cells(app)).toHaveCount(5)
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('dialog')).toContainText('0.jpg')
})
