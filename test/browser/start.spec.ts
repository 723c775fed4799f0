// The app opens on a real core in every host, and what the core is told elsewhere shows.
import { readdir } from 'node:fs/promises'
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
