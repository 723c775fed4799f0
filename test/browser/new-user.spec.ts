// A new person's first hour, in the real app with real photos and a real ViT: from an empty window to a CSV, and again
// after a restart.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseCsv } from '../helpers/csv.ts'
import { hasMaterial, material } from '../helpers/material.ts'
import { expect, test, type App } from './fixtures.ts'

test.skip(!hasMaterial('objects', 'vitTiny'), 'the shared photos and the shared ViT are not here')

async function addFolder(app: App, folder: string): Promise<void> {
  await app.answerDialog(folder)
  await app.page.getByRole('main').getByRole('button', { name: 'Add folder' }).click()
  if (app.kind === 'electron') return
  const dialog = app.page.getByRole('dialog', { name: 'Add folder' })
  await dialog.getByLabel('Path of the folder').fill(folder)
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
}

async function addModel(app: App, folder: string): Promise<void> {
  await app.page.getByRole('button', { name: 'Models' }).click()
  const add = app.page.getByRole('group', { name: 'Add' })
  if (app.kind === 'electron') {
    await app.answerDialog(folder)
    await add.getByRole('button').first().click()
  } else {
    await add.getByRole('textbox').fill(folder)
    await add.getByRole('button').click()
  }
  await expect
    .poll(async () => (await app.client.models.list({})).map(({ name }) => name))
    .toContain(path.basename(folder))
}

async function exportCsv(app: App, file: string): Promise<void> {
  await app.answerDialog(file)
  await app.page.keyboard.press('ControlOrMeta+e')
  const dialog = app.page.getByRole('dialog', { name: 'Export' })
  if (app.kind === 'electron') await dialog.getByRole('button', { name: 'Choose…' }).click()
  else await dialog.getByRole('textbox', { name: 'File' }).fill(file)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByText(/rows written/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
}

test('from an empty window to a CSV, and everything is there after a restart', async ({ app }) => {
  test.setTimeout(240_000)
  await expect(app.page.getByRole('heading', { level: 2 }).first()).toBeVisible()
  await addFolder(app, material.objects)
  await expect(app.page.getByRole('grid')).toBeVisible()
  await addModel(app, material.vitTiny)

  await app.page.keyboard.press('ControlOrMeta+l')
  const dialog = app.page.getByRole('dialog', { name: 'Label photos' })
  await dialog.getByRole('combobox', { name: 'Model' }).selectOption('vit_tiny_patch16_224')
  await dialog.getByRole('button', { name: 'Start labelling' }).click()
  await expect(app.page.getByRole('contentinfo')).toContainText('Labelling finished', { timeout: 180_000 })
  await expect(app.page.getByRole('contentinfo')).toContainText('250 labelled')

  await app.page.getByRole('button', { name: 'Library' }).click()
  const search = app.page.getByRole('searchbox', { name: 'Search' })
  await search.fill('terrapin')
  await expect(app.page.getByRole('gridcell')).not.toHaveCount(0)
  await expect(app.page.getByText(/^\d+ photos?$/).first()).not.toHaveText('250 photos')
  await search.fill('')

  await app.page.keyboard.press('Escape')
  await app.page.keyboard.press('ControlOrMeta+2')
  await expect(app.page.getByRole('heading', { name: 'Review' })).toBeAttached()
  const confirmed = async () => (await app.client.browse.counts({ filter: {} })).confirmed
  await expect(app.page.getByText(/1 of 250/)).toBeVisible()
  // Ten corrections: seven times the first suggestion, three times the second.
  for (const [index, key] of [...Array<string>(7).fill('Enter'), '2', '2', '2'].entries()) {
    await app.page.keyboard.press(key)
    await expect.poll(confirmed).toBe(index + 1)
  }
  await app.page.keyboard.press('ControlOrMeta+z')
  await app.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(confirmed).toBe(8)
  // Undo leads back to the photo that it was about, with its suggestions.
  await expect(app.page.getByText('9 of 250')).toBeVisible()
  await expect(app.page.getByText('8 confirmed')).toBeVisible()
  await app.page.keyboard.press('x')
  const rejected = async () => (await app.client.browse.counts({ filter: {} })).rejected
  await expect.poll(rejected).toBe(1)

  const file = path.join(app.folder, 'labels.csv')
  await exportCsv(app, file)
  const before = await app.client.browse.counts({ filter: {} })
  const history = await app.client.history.state({})
  const rows = parseCsv(await readFile(file, 'utf8'))
  expect(rows.filter(({ source }) => source === 'human')).toHaveLength(8)

  await app.restart()
  await expect(app.page.getByRole('grid')).toBeVisible()
  expect(await app.client.browse.counts({ filter: {} })).toEqual(before)
  expect(await app.client.history.state({})).toEqual(history)
  await expect(app.page.getByRole('button', { name: /Confirmed 8$/ })).toBeVisible()
})
