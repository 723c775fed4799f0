// Exports from the dialog: the same as the command line writes, with a preview; what cannot be written is said in place.
import { execFileSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ExportFormat, DatasetFormat } from '../../electron/contract/exports.ts'
import { runCli } from '../helpers/cli.ts'
import type { App } from './fixtures.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { exportTable } from './support/choose.ts'

async function openExport(app: App) {
  const folder = await app.photos('holiday', 9)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 2 })
  await app.client.labels.confirm({ photoIds: photoIds.filter((id) => id !== null), name: 'zebra, wild' })
  return { folder, dialog: await openDialog(app) }
}

async function openDialog(app: App) {
  await expect(app.page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+e')
  return app.page.getByRole('dialog', { name: 'Export' })
}

test(
  'the app writes the same file as the command line, in every format',
  { tag: '@electron' },
  async ({ app }) => {
    test.slow()
    const { dialog } = await openExport(app)
    const file = path.join(app.folder, 'out.txt')
    await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).uncheck()
    for (const [format, name, args] of [
      ['long', 'CSV, one row for each label', []],
      ['timm', 'timm CSV', ['--top', '5']],
      ['kaggle', 'Kaggle CSV', []],
      ['jsonl', 'JSON lines One object', []],
    ] as const) {
      await dialog.getByRole('radio', { name }).check()
      await expect(dialog.getByRole('row')).toHaveCount(9)
      await expect(dialog.getByRole('cell', { name: 'zebra, wild' }).first()).toBeVisible()
      await exportTable(app, dialog, file)
      await expect(dialog.getByRole('status')).toContainText(
        app.kind === 'electron'
          ? /\d+ rows written to .*out\.txt/
          : /\d+ rows exported. Your browser saves them as labels\.(csv|jsonl)/,
      )
      const cli = await runCli(
        ['export', '--format', format, ...args, '--library', app.libraryFile],
        app.home,
      )
      expect(cli.code).toBe(0)
      expect(await readFile(file, 'utf8'), format).toBe(cli.stdout)
    }
  },
)

test(
  'an export can be limited to confirmed labels, and its choices are remembered',
  { tag: '@electron' },
  async ({ app }) => {
    const { dialog } = await openExport(app)
    await expectAccessible(app.page)
    // Unless the user wants more, it is what they said themselves.
    await expect(dialog.getByRole('checkbox', { name: 'Confirmed labels only' })).toBeChecked()
    await expect(dialog.getByRole('row')).toHaveCount(3)
    await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).uncheck()
    await expect(dialog.getByRole('row')).toHaveCount(9)
    await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).check()
    const file = path.join(app.folder, 'confirmed.csv')
    await exportTable(app, dialog, file)
    await expect(dialog.getByRole('status')).toContainText(/2 rows (written|exported)/)
    const text = await readFile(file, 'utf8')
    expect(text.match(/"zebra, wild"/g)).toHaveLength(2)
    await app.restart()
    const again = await openDialog(app)
    await expect(again.getByRole('checkbox', { name: 'Confirmed labels only' })).toBeChecked()
    if (app.kind === 'electron') await expect(again.getByRole('textbox', { name: 'File' })).toHaveValue(file)
  },
)

test('every format of the core is offered with a line about it, and trained models by the way to them', async ({
  app,
}) => {
  const { dialog } = await openExport(app)
  const formats = dialog.getByRole('radiogroup', { name: 'Format' })
  for (const [goal, count] of [
    ['Spreadsheet or program', ExportFormat.options.length],
    ['Training elsewhere', DatasetFormat.options.length],
  ] as const) {
    await dialog.getByRole('radio', { name: goal }).check()
    await expect(formats.getByRole('radio')).toHaveCount(count)
    for (const radio of await formats.getByRole('radio').all()) {
      // In a low window of many only the chosen one has the line.
      await radio.check()
      expect(
        (await radio.evaluate((input) => input.parentElement?.innerText ?? '')).split('\n'),
      ).toHaveLength(2)
    }
  }
  await dialog.getByRole('button', { name: 'Your trained model' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(app.page.getByRole('heading', { name: 'Learn', level: 1 })).toBeAttached()
})

test('a dataset in class folders is split as chosen', async ({ app }) => {
  const { dialog } = await openExport(app)
  await dialog.getByRole('radio', { name: 'Training elsewhere' }).check()
  await dialog.getByRole('radio', { name: 'ImageFolder' }).check()
  await expect(dialog).toContainText('1 label has fewer than three photos')
  await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).uncheck()
  await dialog.getByRole('spinbutton', { name: 'Validation' }).fill('20')
  await dialog.getByRole('checkbox', { name: 'Keep look-alikes in one split' }).uncheck()
  await expect(dialog).toContainText('Training 70%')
  await expect(dialog).toContainText('9 photos')
  await expectAccessible(app.page)
  const folder = path.join(app.folder, 'set')
  await dialog.getByRole('textbox', { name: 'New or empty folder' }).fill(folder)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByRole('status')).toContainText('9 photos exported')
  const files = await readdir(folder, { recursive: true })
  expect(files.filter((file) => file.endsWith('.jpg'))).toHaveLength(9)
  // The same folder is no longer empty: said in place, and nothing is lost.
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText(folder)
  await expect(dialog.getByRole('radio', { name: 'ImageFolder' })).toBeChecked()
})

test(
  'an export that cannot be written shows the reason in the dialog, and another path works',
  { tag: '@electron' },
  async ({ app }) => {
    test.skip(app.kind !== 'electron', 'the browser has its own place for what it saves')
    const { dialog } = await openExport(app)
    const pipe = path.join(app.folder, 'pipe.csv')
    execFileSync('mkfifo', [pipe])
    for (const [file, reason] of [
      [path.join(app.folder, 'nowhere', 'labels.csv'), 'cannot be written'],
      [pipe, 'is a device or a pipe, not a file'],
      [app.libraryFile, 'is a library of Labelroom.'],
    ] as const) {
      await exportTable(app, dialog, file)
      await expect(dialog.getByRole('alert')).toContainText(`${file} ${reason}`)
    }
    await exportTable(app, dialog, path.join(app.folder, 'labels.csv'))
    await expect(dialog.getByRole('status')).toContainText('rows written')
    expect(await app.client.labels.list({})).toContainEqual(expect.objectContaining({ name: 'zebra, wild' }))
  },
)

test(
  'a file that Labelroom did not write is replaced only as the dialog of the system asked',
  { tag: '@electron' },
  async ({ app }) => {
    test.skip(app.kind !== 'electron', 'the browser has no dialog of the system')
    const { dialog } = await openExport(app)
    const write = dialog.getByRole('button', { name: 'Export', exact: true })
    const file = path.join(app.folder, 'labels.csv')
    await writeFile(file, 'mine')
    // The dialog has asked already.
    await exportTable(app, dialog, file)
    await expect(dialog.getByRole('status')).toContainText('rows written')
    expect(await readFile(file, 'utf8')).toContain('zebra, wild')
    // What is there now is as Labelroom wrote it.
    await app.answerDialog(null)
    await write.click()
    await expect(dialog.getByRole('status')).toContainText('rows written')
    // Its answer was about that file alone, and as it was then: the dialog asks again, and the user says no.
    await writeFile(file, 'mine again')
    await write.click()
    await expect(write).toBeEnabled()
    await expect(dialog.getByRole('status')).toHaveCount(0)
    expect(await readFile(file, 'utf8')).toBe('mine again')
    await app.answerDialog(file)
    await write.click()
    await expect(dialog.getByRole('status')).toContainText('rows written')
    expect(await readFile(file, 'utf8')).toContain('zebra, wild')
  },
)

test('the folder of a dataset is in sight however long the dialog is, and nothing is written where nothing would be in it', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 9)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const dialog = await openDialog(app)
  await expect(dialog.getByRole('spinbutton', { name: 'Max. suggestions per photo' })).toBeHidden()
  await dialog.getByRole('radio', { name: /^Training elsewhere/ }).check()
  const place = dialog.getByRole('textbox', { name: 'New or empty folder' })
  await expect(place).toBeInViewport({ ratio: 1 })
  await place.fill(path.join(app.folder, 'out'))
  await expect(dialog.getByText('No confirmed label here.')).toBeVisible()
  const write = dialog.getByRole('button', { name: 'Export', exact: true })
  await expect(write).toBeDisabled()
  await dialog.getByRole('checkbox', { name: 'Confirmed labels only' }).uncheck()
  await dialog.getByRole('spinbutton', { name: 'Include suggestions from' }).fill('0')
  await app.page.keyboard.press('Tab')
  await expect(write).toBeEnabled()
})
