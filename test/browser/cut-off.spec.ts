// What was once cut off, outside of the window, or drawn by the browser itself: in windows of every size, in both themes.
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Locator } from '@playwright/test'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { holdEach, holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

test.beforeEach(({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
})

/** Labels twelve photos with the tiny model, and confirms two classes. */
async function fill(app: App): Promise<string> {
  const folder = await app.photos('holiday', 12)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: total })
  const known = photoIds.flatMap((id) => id ?? [])
  await app.client.labels.confirm({ photoIds: known.slice(0, 6), name: 'even' })
  await app.client.labels.confirm({ photoIds: known.slice(6), name: 'odd' })
  return folder
}

/** Whether all that it holds lies within it. */
const holdsAll = (frame: Locator) =>
  frame.evaluate((element) => {
    const { left, right } = element.getBoundingClientRect()
    return [...element.querySelectorAll('*')].every((part) => {
      const box = part.getBoundingClientRect()
      return box.left >= left - 1 && box.right <= right + 1
    })
  })

test('a version of the model is read as a whole in the narrow column of a small window', async ({ app }) => {
  const { page } = app
  await fill(app)
  await app.client.heads.train({})
  await page.setViewportSize({ width: 800, height: 560 })
  await openScreen(page, 'Learn')
  const version = page.getByRole('button', { name: /^Version 1/ })
  await expect(version).toBeVisible()
  expect(await holdsAll(version)).toBe(true)
})

test('a list keeps the room for names and labels where there is none for folders and stars', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  await page.getByRole('button', { name: 'As a list' }).click()
  const heads = page.getByRole('group', { name: 'Sort by' })
  await expect(heads.getByText('Folder', { exact: true })).toBeVisible()
  await page.setViewportSize({ width: 800, height: 560 })
  await expect(heads.getByText('Folder', { exact: true })).toHaveCount(0)
  const name = page
    .getByRole('gridcell')
    .first()
    .getByText(/\.jpg$/)
  await expect.poll(async () => (await name.boundingBox())?.width).toBeGreaterThan(90)
  const [head, cell] = await Promise.all([
    heads.getByRole('button', { name: 'Date' }).boundingBox(),
    page.getByRole('gridcell').first().locator('.number').last().boundingBox(),
  ])
  // The button is six pixels wider than its text, on each side.
  expect(Math.abs((head?.x ?? 0) + 6 - (cell?.x ?? 0))).toBeLessThan(3)
})

test('a photo whose file is gone says so in its tile, and shows no sign of the browser in a group', async ({
  app,
}) => {
  const folder = await fill(app)
  await rm(folder, { recursive: true })
  await app.restart()
  await expect(app.page.getByRole('gridcell').first()).toContainText('This photo cannot be shown')
  await openScreen(app.page, 'Learn')
  await app.page.getByRole('tab', { name: 'Groups' }).click()
  await app.page.getByRole('checkbox', { name: "Only photos I haven't labelled" }).uncheck()
  await app.page.getByRole('button', { name: 'Find groups' }).click()
  const picture = app.page.getByRole('region', { name: 'Group 1', exact: true }).locator('img').first()
  await expect(picture).toHaveCSS('visibility', 'hidden')
})

test('the tools of the viewer are beside a long name, and the list of labels is within the window', async ({
  app,
}) => {
  const { page } = app
  const folder = path.join(app.folder, 'long')
  const file = await writePhoto(path.join(folder, 'a.jpg'), 1)
  await rename(file, path.join(folder, `${'a long name of a photo '.repeat(4)}.jpg`))
  await app.client.library.scan({ folders: [folder] })
  const [photo] = (await app.client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  if (!photo?.photoId) throw new Error('there is no photo')
  for (const name of ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu', 'hen', 'ibex'])
    await app.client.labels.confirm({ photoIds: [photo.photoId], name })
  for (const [width, height] of [
    [800, 560],
    [640, 400],
  ] as const) {
    await page.setViewportSize({ width, height })
    await page.getByRole('gridcell').first().dblclick()
    const viewer = page.getByRole('dialog')
    const title = await viewer.getByRole('heading', { level: 1 }).boundingBox()
    const tools = await viewer.locator('header').getByRole('button').nth(1).boundingBox()
    expect((title?.x ?? 0) + (title?.width ?? 0), `${width}`).toBeLessThanOrEqual(tools?.x ?? 0)
    await page.keyboard.press('t')
    const list = page.locator('.list', { has: page.getByRole('listbox', { name: 'Labels' }) })
    await expect(list).toBeVisible()
    const box = await list.boundingBox()
    expect((box?.x ?? 0) + (box?.width ?? 0), `${width}`).toBeLessThanOrEqual(width)
    expect((box?.y ?? 0) + (box?.height ?? 0), `${width}`).toBeLessThanOrEqual(height)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(viewer).toHaveCount(0)
  }
})

test('the points of the map take the colours of the theme as soon as it changes', async ({ app }) => {
  const { page } = app
  await fill(app)
  await app.client.settings.set({ theme: 'light' })
  await openScreen(page, 'Learn')
  await page.getByRole('tab', { name: 'Map' }).click()
  await expect(page.getByRole('button', { name: /^even/ })).toBeVisible()
  const canvas = page.locator('main canvas')
  const drawn = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())
  await expect.poll(async () => (await drawn()).length).toBeGreaterThan(1000)
  const light = await drawn()
  await app.client.settings.set({ theme: 'dark' })
  await expect.poll(drawn).not.toBe(light)
})

test('what runs shows in the status bar of a small window without lying over other things', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  await page.reload()
  await page.setViewportSize({ width: 640, height: 400 })
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('m')
  const held = await holdNext(app, 'moves.run')
  await page.getByRole('dialog').getByRole('combobox').fill('part 1')
  await page.getByRole('dialog').getByRole('button', { name: 'Move 1 photo' }).click()
  await held.reached
  const footer = page.getByRole('contentinfo')
  await expect(footer.getByRole('button', { name: 'Stop moving' })).toBeVisible()
  const boxes = await footer.locator('button, span').evaluateAll((all) =>
    all
      .filter((part) => part.children.length === 0 && part.closest('.visually-hidden') === null)
      .map((part) => part.getBoundingClientRect().toJSON() as DOMRect)
      .filter(({ width }) => width > 0),
  )
  expect(boxes.length).toBeGreaterThan(3)
  expect(boxes.filter(({ right }) => right > 640)).toEqual([])
  const overlaps = boxes.flatMap((one, at) =>
    boxes
      .slice(at + 1)
      .filter(
        ({ left, right, top, bottom }) =>
          left < one.right && one.left < right && top < one.bottom && one.top < bottom,
      ),
  )
  expect(overlaps).toEqual([])
  held.release()
})

test('a folder is still called by its name while its menu is open', async ({ app }) => {
  const { page } = app
  await fill(app)
  await page.getByRole('button', { name: 'Actions for holiday' }).click()
  await expect(page.getByRole('menuitem', { name: 'Remove from library' })).toBeVisible()
  await expectAccessible(page)
})

test('a text that is cut off is read as a whole under the pointer, and one that is not has no title', async ({
  app,
}) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 2)] })
  const [photo] = (await app.client.browse.open({ filter: {}, sort: {}, first: 1 })).cards
  if (!photo?.photoId) throw new Error('there is no photo')
  for (const name of ['a label with a rather long name', 'another label with a rather long name'])
    await app.client.labels.confirm({ photoIds: [photo.photoId], name })
  await page.getByRole('button', { name: 'As a list' }).click()
  const row = page.getByRole('gridcell').first()
  const label = row.locator('.label .ellipsis')
  await label.hover()
  await expect(label).toHaveAttribute('title', /^a label with.*, another label with a rather long name$/)
  const name = row.getByText('000.jpg')
  await name.hover()
  await expect(name).not.toHaveAttribute('title')
})

test('the numbers of folders end at one line, those with a menu as those without', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 6)] })
  const counts = page.getByRole('tree', { name: 'Folders' }).locator('.count')
  await expect(counts).toHaveCount(4)
  const ends = await counts.evaluateAll((all) => all.map((count) => count.getBoundingClientRect().right))
  expect(new Set(ends).size).toBe(1)
  const folder = page.getByRole('treeitem', { name: 'holiday, 6' })
  const actions = folder.locator('.actions')
  await page.mouse.move(640, 400)
  await expect(actions).toHaveCSS('opacity', '0')
  await folder.hover()
  await expect(actions).toHaveCSS('opacity', '1')
})

test('the button that shows photos as a list, or as rows, stays under the pointer', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  for (const name of ['As a list', 'Rows of whole photos']) {
    const button = page.getByRole('button', { name })
    const before = await button.boundingBox()
    await button.click()
    await expect(button).toHaveAttribute('aria-pressed', 'true')
    expect(await button.boundingBox(), name).toEqual(before)
    await button.click()
  }
})

test('no part of the sidebar moves while a library opens', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 6)] })
  const held = await holdEach(app, 'library.summary')
  await page.reload()
  await held.reached
  const labels = page.locator('aside section').last()
  await expect(page.getByRole('button', { name: /^All/ })).toBeVisible()
  // Its place is not known before the folders are.
  await expect(labels).toBeHidden()
  held.release()
  await expect(labels).toBeVisible()
})
