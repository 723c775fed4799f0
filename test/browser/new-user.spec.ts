// A new user's first hour, in the real app with real photos and a real ViT: from an empty window to a CSV, and again
// after a restart.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseCsv } from '../helpers/csv.ts'
import { hasSharedFiles, sharedFiles } from '../helpers/shared-files.ts'
import { expect, test, type App } from './fixtures.ts'
import { chooseFolder, exportTable } from './support/choose.ts'

test.skip(!hasSharedFiles('objects', 'vitTiny'), 'the shared photos and the shared ViT are not here')

async function addFolder(app: App, folder: string): Promise<void> {
  await chooseFolder(app, app.page.getByRole('main').getByRole('button', { name: 'Add folder' }), folder)
}

async function addModel(app: App, folder: string): Promise<void> {
  await app.page.getByRole('button', { name: 'Models' }).click()
  await chooseFolder(app, app.page.getByRole('button', { name: 'Add folder…' }), folder)
  await expect
    .poll(async () => (await app.client.models.list({})).map(({ name }) => name))
    .toContain(path.basename(folder))
}

async function exportCsv(app: App, file: string): Promise<void> {
  await app.page.keyboard.press('ControlOrMeta+e')
  const dialog = app.page.getByRole('dialog', { name: 'Export' })
  await exportTable(app, dialog, file)
  await expect(dialog.getByText(/rows (written|exported)/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
}

test(
  'a new user gets from an empty window to a CSV, and everything is there after a restart',
  { tag: '@electron' },
  async ({ app }) => {
    test.setTimeout(240_000)
    await expect(app.page.getByRole('heading', { level: 2 }).first()).toBeVisible()
    await addFolder(app, sharedFiles.objects)
    await expect(app.page.getByRole('grid')).toBeVisible()
    await addModel(app, sharedFiles.vitTiny)

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
    // Home is about the photos that show.
    await expect(app.page.getByText(/^\d+ photos?$/).first()).toHaveText('250 photos')

    await app.page.keyboard.press('Escape')
    // The review begins at the photo that was chosen last.
    await expect(app.page.getByRole('grid')).toBeFocused()
    await app.page.keyboard.press('Home')
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
    await app.page.keyboard.press('0')
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
  },
)
