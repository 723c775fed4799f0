// The app opens on a real core in every host, and what the core is told elsewhere shows.
import { mkdir, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test } from './fixtures.ts'

test('opens, and answers as the host that it is', async ({ app }) => {
  await expect(app.page).toHaveTitle(/Labelroom/)
  await expect(app.page.getByRole('navigation')).toBeVisible()
  expect(await app.client.library.summary({})).toMatchObject({ files: 0, file: app.libraryFile })
})

test('a restart, and a crash, keep the library', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  await app.restart()
  expect(await app.client.library.summary({})).toMatchObject({ files: 3 })
  await app.restart('kill')
  expect(await app.client.library.summary({})).toMatchObject({ files: 3 })
  await expect(app.page.getByRole('navigation')).toBeVisible()
})

test('what was moved and what is new is found at the start', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 1 })
  await app.client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: 'kept' })
  await mkdir(path.join(folder, 'sorted'))
  await rename(path.join(folder, 'part 0', '000.jpg'), path.join(folder, 'sorted', 'first.jpg'))
  await writePhoto(path.join(folder, 'new.jpg'), 7)
  await app.restart()
  const { page } = app
  await expect(page.getByRole('gridcell', { name: 'first.jpg Confirmed: kept' })).toBeVisible()
  await expect(page.getByRole('gridcell', { name: 'new.jpg' })).toBeVisible()
  await expect(page.getByRole('gridcell')).toHaveCount(4)
})

test('labels with a real model', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  const model = await app.addTinyModel()
  const job = await app.label({ folders: [folder], model: model.name })
  expect(job).toMatchObject({ state: 'done', counts: { labelled: 3 } })
})

test('the sample photos show what Labelroom does, and stay where they are', async ({ app }) => {
  const { page } = app
  await page.getByRole('button', { name: 'Try the sample photos' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(11)
  await expect(page.getByRole('treeitem', { name: 'samples, 11' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^All 11/ })).toBeVisible()
  expect(await app.client.library.folders({})).toMatchObject([{ path: `${app.home}/samples` }])
  expect(await readdir(app.home)).toContain('sample-photos.md')
  await page.keyboard.press('ControlOrMeta+l')
  await page.getByRole('button', { name: 'Start labelling' }).click()
  await expect(page.getByRole('contentinfo')).toContainText('11 labelled')
})
