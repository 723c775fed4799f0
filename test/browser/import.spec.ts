// Imports from the dialog: what matches, what not and why, then one step that can be taken back.
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import type { Locator } from '@playwright/test'
import { sharedFiles, hasSharedFiles } from '../helpers/shared-files.ts'
import type { App } from './fixtures.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { chooseTable } from './support/choose.ts'
import { holdNext } from './support/hold-call.ts'

async function openImport(app: App) {
  await expect(app.page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+i')
  return app.page.getByRole('dialog', { name: 'Import labels' })
}

const chooseFile = (app: App, dialog: Locator, file: string): Promise<void> =>
  chooseTable(app, dialog.getByRole('button', { name: 'Choose…' }).first(), file)

/** On how many photos the user confirmed a label. */
const confirmed = async (app: App) =>
  (await app.client.labels.list({})).reduce((sum, label) => sum + label.confirmed, 0)

test(
  'a CSV of another program is checked, applied as one step, and undone',
  { tag: '@electron' },
  async ({ app }) => {
    test.skip(!hasSharedFiles('objects'), 'there are no photos in ../shared/photos/objects')
    const folder = path.join(app.folder, 'objects')
    await mkdir(folder)
    const all = (await readdir(sharedFiles.objects)).filter((name) => name.endsWith('.jpg'))
    for (const name of all.slice(0, 12))
      await copyFile(path.join(sharedFiles.objects, name), path.join(folder, name))
    await app.client.library.scan({ folders: [folder] })
    const file = path.join(sharedFiles.objects, 'labels.csv')
    const rows = (await readFile(file, 'utf8')).trim().split('\n').length - 1

    const dialog = await openImport(app)
    await expectAccessible(app.page)
    // The library has one folder, which is where photos are looked for.
    await expect(dialog.getByRole('combobox', { name: 'Photos in' })).toHaveValue(folder)
    const field = dialog.getByRole('textbox', { name: 'File' })
    await chooseFile(app, dialog, file)
    await expect(field).toHaveValue(app.kind === 'electron' ? file : 'labels.csv')
    await field.press('Enter')
    await expect(dialog.getByRole('region', { name: 'What matches' })).toContainText(
      `${rows} rows: 12 found in the library (12 by path, 0 by name, 0 by content), ${rows - 12} not`,
    )
    await expect(dialog).toContainText('Columns used: file_name, label')
    await expect(dialog.getByRole('group', { name: 'Labels' }).getByRole('row')).toHaveCount(13)
    const missed = dialog.getByRole('region', { name: 'No photo there has this path or name' })
    await expect(missed.getByRole('listitem')).toHaveCount(6)
    await expect(missed.getByRole('listitem').last()).toHaveText(`and ${rows - 12 - 5} more`)
    expect(await confirmed(app)).toBe(0)
    await expectAccessible(app.page)

    await dialog.getByRole('button', { name: 'Confirm labels of 12 photos' }).click()
    await expect(dialog).toHaveCount(0)
    const toast = app.page.getByRole('status').filter({ hasText: 'Labels of 12 photos imported' })
    await expect(toast).toBeVisible()
    expect(await confirmed(app)).toBe(12)
    await toast.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => confirmed(app)).toBe(0)
  },
)

test('rows that match nothing are grouped by the reason', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const [first = ''] = (await app.client.photos.list({ folder })).map((one) => path.basename(one.path))
  const file = path.join(app.folder, 'mixed.csv')
  await writeFile(
    file,
    `Image;Class;source\n${first};cat;human\n${first};dog;model\n${first};;\nx/gone.jpg;cat;\n`,
  )
  const dialog = await openImport(app)
  await chooseFile(app, dialog, file)
  await dialog.getByRole('button', { name: 'Check' }).click()
  for (const [reason, row] of [
    ['No photo there has this path or name', 'line 5 x/gone.jpg'],
    ['No label', `line 4 ${first}`],
    ['Suggestion of a model, not confirmed by anyone', `line 3 ${first}`],
  ] as const)
    await expect(dialog.getByRole('region', { name: reason }).getByRole('listitem')).toHaveText([row])
  await dialog.getByRole('button', { name: 'Confirm labels of 1 photo', exact: true }).click()
  await expect(app.page.getByRole('status').filter({ hasText: 'Labels of 1 photo imported' })).toBeVisible()
  // Once more: there is nothing left to say, and nothing to take back.
  const again = await openImport(app)
  await chooseFile(app, again, file)
  await expect(again.getByRole('button', { name: 'Check' })).toBeEnabled()
  await again.getByRole('textbox', { name: 'File' }).press('Enter')
  await again.getByRole('button', { name: 'Confirm labels of 1 photo', exact: true }).click()
  await expect(app.page.getByText('All of these labels were confirmed before.')).toBeVisible()
})

test('what an import found has its place from then on, also while something is changed', async ({ app }) => {
  await app.client.library.scan({ folders: [await app.photos('holiday', 1)] })
  const file = path.join(app.folder, 'labels.csv')
  await writeFile(file, 'file,label\ngone.jpg,cat\n')
  const dialog = await openImport(app)
  const lists = dialog.getByRole('group', { name: 'Labels' })
  await expect(lists).toHaveCount(0)
  await chooseFile(app, dialog, file)
  await dialog.getByRole('button', { name: 'Check' }).click()
  await expect(lists).toBeVisible()
  await dialog.getByRole('radio', { name: 'Class folders' }).check()
  await expect(dialog.getByRole('button', { name: 'Check' })).toBeDisabled()
  await expect(lists).toBeVisible()
})

test('a table in an old encoding with columns of its own asks for both and shows its first five rows', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 7)
  await app.client.library.scan({ folders: [folder] })
  const names = (await app.client.photos.list({ folder })).map((one) => path.basename(one.path))
  const file = path.join(app.folder, 'odd.csv')
  await writeFile(file, Buffer.from(`Bild;Art\n${names.map((name) => `${name};Bär\n`).join('')}`, 'latin1'))
  const dialog = await openImport(app)
  const field = dialog.getByRole('textbox', { name: 'File' })
  await chooseFile(app, dialog, file)
  // Only when the folder of the photos is known, too.
  await expect(dialog.getByRole('button', { name: 'Check' })).toBeEnabled()
  await field.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('odd.csv is not text in UTF-8. Choose its encoding')
  await dialog.getByRole('combobox', { name: 'Encoding' }).selectOption('Western European (Windows-1252)')
  await expect(dialog.getByRole('alert')).toHaveCount(0)
  await field.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('Choose the columns, or name them label')
  const rows = dialog.getByRole('group', { name: 'The first rows of the table' })
  await expect(rows.getByRole('row')).toHaveText([
    'BildArt',
    ...names.slice(0, 5).map((name) => `${name}Bär`),
  ])
  await expectAccessible(app.page)
  await dialog.getByRole('combobox', { name: 'Photo', exact: true }).selectOption('Bild')
  await dialog.getByRole('combobox', { name: 'Label' }).selectOption('Art')
  await dialog.getByRole('button', { name: 'Check' }).click()
  await expect(dialog.getByRole('region', { name: 'What matches' })).toContainText('7 rows: 7 found')
  await expect(dialog).toContainText('Columns used: Bild, Art')
  await dialog.getByRole('button', { name: 'Confirm labels of 7 photos' }).click()
  await expect.poll(() => confirmed(app)).toBe(7)
  expect((await app.client.labels.list({})).map(({ name }) => name)).toContain('Bär')
})

test('folders in which no level holds the photos ask which one is the label, also in Chinese', async ({
  app,
}) => {
  const folder = app.folder
  for (const [at, name] of ['2023/cat/camera', '2024/dog/camera'].entries()) {
    await mkdir(path.join(folder, name), { recursive: true })
    await writePhoto(path.join(folder, name, 'a.jpg'), at)
  }
  await app.client.library.scan({ folders: [path.join(folder, '2023'), path.join(folder, '2024')] })
  await expect(app.page.getByText('2 photos')).toBeVisible()
  await app.client.settings.set({ language: 'zh-CN' })
  await expect(app.page.getByRole('button', { name: '导入标签' })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+i')
  const dialog = app.page.getByRole('dialog', { name: '导入标签' })
  await dialog.getByRole('radio', { name: '类别文件夹' }).check()
  await dialog.getByRole('textbox', { name: '文件夹' }).fill(folder)
  await app.page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('请选择层级')
  const level = dialog.getByRole('combobox', { name: '作为标签的文件夹层级' })
  await level.selectOption({ label: '第 2 层：cat, dog（2 个文件夹）' })
  await dialog.getByRole('button', { name: '检查' }).click()
  await expect(dialog.getByRole('cell', { name: 'dog' })).toBeVisible()
  await expectAccessible(app.page)
  await dialog.getByRole('button', { name: '确认 2 张照片的标签' }).click()
  await expect.poll(() => confirmed(app)).toBe(2)
  expect(
    (await app.client.labels.list({})).filter((label) => label.confirmed > 0).map(({ name }) => name),
  ).toEqual(['cat', 'dog'])
})

test(
  'a missing CSV and one without matches are refused with the reason',
  { tag: '@electron' },
  async ({ app }) => {
    const folder = await app.photos('holiday', 3)
    await app.client.library.scan({ folders: [folder] })
    const file = path.join(app.folder, 'odd.csv')
    const dialog = await openImport(app)
    const field = dialog.getByRole('textbox', { name: 'File' })
    if (app.kind === 'electron') {
      await chooseFile(app, dialog, path.join(app.folder, 'none.csv'))
      await expect(dialog.getByRole('button', { name: 'Check' })).toBeEnabled()
      await field.press('Enter')
      await expect(dialog.getByRole('alert')).toContainText(
        'none.csv cannot be read. It is not there any more',
      )
    }
    await writeFile(file, 'path,label\nelsewhere.jpg,cat\n')
    await chooseFile(app, dialog, file)
    await field.press('Enter')
    await expect(dialog).toContainText('No row names a photo of the library.')
    await expect(dialog.getByRole('button', { name: 'Confirm labels of 0 photos' })).toBeDisabled()
  },
)

test('class folders of an export are imported by keyboard and in Chinese', async ({ app }) => {
  const folder = await app.photos('holiday', 6)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: photoIds.slice(0, 4), name: 'animal/cat' })
  await app.client.labels.confirm({ photoIds: photoIds.slice(4), name: '狗' })
  const set = path.join(app.folder, 'set')
  await app.client.exports.dataset({ request: { format: 'imagefolder' }, folder: set })
  await app.client.labels.clearAll({ photoIds })
  // The page listens by now.
  await expect(app.page.getByText('6 photos')).toBeVisible()
  await app.client.settings.set({ language: 'zh-CN' })
  await expect(app.page.getByRole('button', { name: '导入标签' })).toBeVisible()
  await app.page.keyboard.press('ControlOrMeta+i')
  const dialog = app.page.getByRole('dialog', { name: '导入标签' })
  await dialog.getByRole('radio', { name: '表格' }).focus()
  await app.page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('radio', { name: '类别文件夹' })).toBeChecked()
  await app.page.keyboard.press('Tab')
  await app.page.keyboard.type(set)
  await app.page.keyboard.press('Enter')
  await expect(dialog).toContainText('共 6 张照片：6 张在图库中找到')
  await expect(dialog.getByRole('cell', { name: 'animal/cat' })).toBeVisible()
  await expectAccessible(app.page)
  await app.page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect.poll(() => confirmed(app)).toBe(6)
  const names = (await app.client.labels.list({})).filter((label) => label.confirmed > 0)
  expect(names.map(({ name, confirmed: photos }) => [name, photos])).toEqual([
    ['animal/cat', 4],
    ['狗', 2],
  ])
})

test('the check of class folders shows, although the folders of the library load later', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const folder = await app.photos('holiday/cat', 3)
  await app.client.library.scan({ folders: [folder] })
  const folders = await holdNext(app, 'library.folders')
  const dialog = await openImport(app)
  await folders.reached
  await dialog.getByRole('radio', { name: 'Class folders' }).check()
  await dialog.getByRole('textbox', { name: 'Folder' }).fill(path.join(app.folder, 'holiday/cat'))
  const check = await holdNext(app, 'imports.folder')
  await app.page.keyboard.press('Enter')
  await check.reached
  folders.release()
  await expect(dialog.locator('datalist option')).toHaveCount(1)
  check.release()
  await expect(dialog.getByRole('region', { name: 'What matches' })).toContainText('3 photos: 3 found')
})
