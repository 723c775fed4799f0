// Labelling from the app: what, with which model, how it goes, the truth about the device, and how it ends.
import { rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'

test(
  'the dialog labels the whole library, and the status bar names the device that ran',
  { tag: '@electron' },
  async ({ app }) => {
    const folder = await app.photos('holiday', 12)
    await app.addTinyModel()
    await app.client.library.scan({ folders: [folder] })
    await expect(app.page.getByRole('gridcell')).toHaveCount(12)
    await app.page.keyboard.press('ControlOrMeta+l')
    const dialog = app.page.getByRole('dialog', { name: 'Label photos' })
    await expect(dialog.getByText('The whole library (12)', { exact: true })).toBeVisible()
    const models = dialog.getByRole('combobox', { name: 'Model' })
    const { model: best } = await app.client.models.best({})
    await expect(models.getByRole('option', { selected: true })).toHaveText(`Best installed: ${best.name}`)
    await models.selectOption('tiny')
    await dialog.getByRole('combobox', { name: 'Device' }).selectOption('cpu')
    await expectAccessible(app.page)
    await dialog.getByRole('button', { name: 'Start labelling' }).click()
    await expect(dialog).toBeHidden()
    const bar = app.page.getByRole('contentinfo')
    await expect(bar).toContainText('Labelling finished')
    await expect(bar).toContainText('12 labelled')
    await expect(app.page).toHaveTitle('library – Labelroom')
    await bar.getByRole('button', { name: 'CPU' }).click()
    const device = app.page.getByRole('dialog', { name: 'Which device ran the model' })
    await expect(device).toContainText('The model ran on: CPU')
    await expect(device).toContainText(/9\d%|100%/)
    await expectAccessible(app.page)
    expect((await app.client.browse.counts({ filter: {} })).suggested).toBe(12)
  },
)

test('Show failed shows what failed in that job, and Review now what it labelled', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await writeFile(path.join(folder, 'broken.jpg'), 'no photo')
  const elsewhere = await app.photos('elsewhere', 2)
  await writeFile(path.join(elsewhere, 'other.jpg'), 'no photo')
  const model = await app.addTinyModel()
  await app.client.library.scan({ folders: [elsewhere] })
  await app.label({ folders: [folder], model: model.name })
  const { page } = app
  const bar = page.getByRole('contentinfo')
  await bar.getByRole('button', { name: 'Show failed' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(1)
  await expect(page.getByRole('gridcell')).toContainText('broken.jpg')
  await expect(page.getByRole('list', { name: 'Conditions' })).toContainText('Failed in the last labelling')
  // What the user has turned to is no news any more.
  await expect(bar).toContainText('Ready')
  await app.label({ folders: [folder], model: model.name, force: true })
  await bar.getByRole('button', { name: 'Review now' }).click()
  await expect(page.getByRole('heading', { name: 'Review' })).toBeAttached()
  await expect(page.getByText('1 of 3')).toBeVisible()
})

test('an error leaves when what failed succeeds', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await app.client.library.scan({ folders: [folder] })
  const { page } = app
  await expect(page.getByRole('gridcell')).toHaveCount(2)
  await rename(folder, `${folder}-away`)
  const lookForChanges = async () => {
    await page.getByRole('button', { name: 'Actions for holiday' }).click()
    await page.getByRole('menuitem', { name: 'Look for changes' }).click()
  }
  await lookForChanges()
  await expect(page.getByRole('alert')).toContainText('is not there')
  await rename(`${folder}-away`, folder)
  await lookForChanges()
  await expect(page.getByRole('alert')).toBeHidden()
})

test(
  'the start of a job can be cancelled while it is prepared, and then nothing was labelled',
  { tag: '@electron' },
  async ({ app }) => {
    const { page, client } = app
    await client.library.scan({ folders: [await app.photos('holiday', 3)] })
    await app.addTinyModel()
    await expect(page.getByRole('gridcell')).toHaveCount(3)
    await page.keyboard.press('ControlOrMeta+l')
    const dialog = page.getByRole('dialog', { name: 'Label photos' })
    await dialog.getByRole('combobox', { name: 'Model' }).selectOption('tiny')
    // Another program that writes: the job waits to be noted.
    const other = new Database(app.libraryFile)
    other.exec('BEGIN IMMEDIATE')
    await dialog.getByRole('button', { name: 'Start labelling' }).click()
    await expect(dialog).toBeHidden()
    const bar = page.getByRole('contentinfo')
    await expect(bar).toContainText('Preparing the model')
    await bar.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText('The start was cancelled; nothing was labelled.')).toBeVisible()
    await expect(bar).toContainText('Ready')
    other.exec('ROLLBACK')
    other.close()
    expect(await client.jobs.list({})).toEqual([])
    expect((await client.browse.counts({ filter: {} })).suggested).toBe(0)
  },
)

test('a paused job is still paused after a restart, and resumes to the end', async ({ app }) => {
  const folder = await app.photos('holiday', 1500)
  const model = await app.addTinyModel()
  await app.client.jobs.start({ folders: [folder], model: model.name, device: 'cpu' })
  const bar = app.page.getByRole('contentinfo')
  await bar.getByRole('button', { name: 'Pause' }).click()
  await expect(bar).toContainText('Paused')
  await app.restart()
  const after = app.page.getByRole('contentinfo')
  await expect(after).toContainText('Paused')
  await after.getByRole('button', { name: 'Resume' }).click()
  await expect(after).toContainText('Labelling finished', { timeout: 150_000 })
  await expect(after).toContainText('1,500 labelled')
})

test('every file of a folder that vanishes while it is labelled gets a state, and labels stay', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 1500)
  const model = await app.addTinyModel()
  await app.client.library.scan({ folders: [folder] })
  const { id } = await app.client.jobs.start({ folders: [folder], model: model.name, device: 'cpu' })
  const labelled = async () => (await app.client.browse.counts({ filter: {} })).suggested
  await expect.poll(labelled, { intervals: [20] }).toBeGreaterThan(0)
  // In one step: while its files are removed one by one, the job may end before the folder itself is gone.
  await rename(folder, `${folder}-elsewhere`)
  await expect(app.page.getByRole('contentinfo')).toContainText('went away while it was being labelled', {
    timeout: 150_000,
  })
  const { counts } = await app.client.jobs.get({ id })
  expect(counts.failed + counts.skipped).toBeGreaterThan(0)
  expect(counts.labelled + counts.failed + counts.skipped).toBe(counts.files)
})
