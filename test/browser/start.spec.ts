// The app opens on a real core in every host, and what the core is told elsewhere shows.
import { mkdir, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test } from './fixtures.ts'

test('the app opens and names the host that it runs in', { tag: '@electron' }, async ({ app }) => {
  await expect(app.page).toHaveTitle(/Labelroom/)
  await expect(app.page.getByRole('navigation')).toBeVisible()
  expect(await app.client.library.summary({})).toMatchObject({ files: 0, file: app.libraryFile })
})

test('the first look names the app and shows what it does, and dialogs about photos say that there are none', async ({
  app,
}) => {
  const { page } = app
  const main = page.getByRole('main')
  await expect(main).toContainText('Labelroom')
  const pictures = main.locator('img')
  await expect(pictures).toHaveCount(3)
  const areShown = () =>
    pictures.evaluateAll((all) => all.every((image) => (image as HTMLImageElement).naturalWidth > 0))
  await expect.poll(areShown).toBe(true)
  for (const key of ['l', 'e', 'i']) {
    await page.keyboard.press(`ControlOrMeta+${key}`)
    const dialog = page.getByRole('dialog', { name: 'No photos yet' })
    await expect(dialog.getByRole('button', { name: 'Add folder' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  }
})

test('the library survives a restart and a crash', { tag: '@electron' }, async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  await app.restart()
  expect(await app.client.library.summary({})).toMatchObject({ files: 3 })
  await app.restart('kill')
  expect(await app.client.library.summary({})).toMatchObject({ files: 3 })
  await expect(app.page.getByRole('navigation')).toBeVisible()
})

test('moved and new photos are found at the start', async ({ app }) => {
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

test('a drive that answers late at the start is read after all', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that an answer could be changed on')
  const { page } = app
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  await writePhoto(path.join(folder, 'new.jpg'), 7)
  let isAsleep = true
  await page.route('**/rpc', async (route) => {
    const { method } = route.request().postDataJSON() as { method: string }
    if (!isAsleep || method !== 'library.tree') return route.fallback()
    isAsleep = false
    const response = await route.fetch()
    const reply = (await response.json()) as { output: object[] }
    const output = reply.output.map((node) => ({ ...node, isMissing: true }))
    await route.fulfill({ response, json: { ...reply, output } })
  })
  await page.reload()
  await expect(page.getByRole('gridcell', { name: 'new.jpg' })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: /^holiday/ })).toBeVisible()
  await expect(page.locator('.missing')).toHaveCount(0)
  expect(isAsleep).toBe(false)
})

test('a job labels photos with a real model', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  const model = await app.addTinyModel()
  const job = await app.label({ folders: [folder], model: model.name })
  expect(job).toMatchObject({ state: 'done', counts: { labelled: 3 } })
})

test('the sample photos are added, and stay where they are', { tag: '@electron' }, async ({ app }) => {
  const { page } = app
  await page.getByRole('button', { name: 'Try the sample photos' }).click()
  await expect(page.getByRole('treeitem', { name: 'samples, 24' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^All 24/ })).toBeVisible()
  expect(await app.client.library.folders({})).toMatchObject([{ path: `${app.home}/samples` }])
  expect(await readdir(app.home)).toContain('sample-photos.md')
  // They are labelled at once, and the steps say what comes next.
  await expect(page.getByRole('contentinfo')).toContainText('24 labelled', { timeout: 150_000 })
  const steps = page.getByRole('region', { name: 'From photos to labels' })
  await expect(steps.getByRole('button', { name: /Label done 24 of 24/ })).toBeVisible()
  await expect(steps.getByRole('button', { name: /Review 0 of 24/ })).toHaveAttribute('aria-current', 'step')
  await expect(steps).toContainText('Better: ')
  await page.keyboard.press('ControlOrMeta+l')
  const dialog = page.getByRole('dialog', { name: 'Label photos' })
  await expect(dialog).toContainText('right on about 7 of 10 photos of its kind')
  await dialog.getByRole('button', { name: 'Better models' }).click()
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible()
  // The rules offer the score from which its suggestions are likely right.
  await page.getByRole('button', { name: 'Library' }).click()
  await page.getByRole('button', { name: 'Rules…' }).click()
  const rules = page.getByRole('dialog', { name: 'Thresholds and names' })
  await rules.getByRole('button', { name: /^Use 30/ }).click()
  await expect(rules.getByRole('spinbutton', { name: 'Minimum score for every label' })).toHaveValue('30')
})
