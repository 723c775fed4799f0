// What goes wrong for users: each has one clear sentence in the window, and everything confirmed stays.
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { expect, test, type App } from './fixtures.ts'
import { chooseFolder } from './support/choose.ts'

/** A small file system over the data folder, as it is with a drive that is nearly full. */
async function withSmallDrive(app: App, work: () => Promise<void>): Promise<void> {
  await app.restart()
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', app.home])
  test.skip(status !== 0, 'this needs the right to mount')
  try {
    await app.restart()
    await work()
  } finally {
    spawnSync('umount', ['-l', app.home])
  }
}

const confirmed = async (app: App) => (await app.client.browse.counts({ filter: {} })).confirmed

test('files that are not photos are listed with the reason', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await writeFile(path.join(folder, 'broken.jpg'), 'this is no JPEG')
  await writeFile(path.join(folder, 'letter.docx'), 'this is no photo')
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await app.page.getByRole('button', { name: /^Failed 1/ }).click()
  await expect(app.page.getByText('broken.jpg').first()).toBeVisible()
  await expect(app.page.getByText(/not a photo|no photo|cannot be read|not an image/i).first()).toBeVisible()
  const { page } = app
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  await expect(page.getByRole('button', { name: /^All 3/ })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: 'holiday, 3' })).toBeVisible()
  await expect(page.getByText('letter.docx')).toHaveCount(0)
  await page.getByRole('button', { name: /^Skipped 1/ }).click()
  await expect(page.getByText('letter.docx').first()).toBeVisible()
  await expect(page.getByRole('toolbar')).toContainText('1 file')
  await page.keyboard.press('ControlOrMeta+l')
  const dialog = page.getByRole('dialog', { name: 'Label photos' })
  await expect(dialog.getByText('The whole library (3)', { exact: true })).toBeVisible()
  // What there is no choice about is no choice.
  await expect(dialog.getByRole('radio')).toHaveCount(0)
  expect(await app.client.browse.counts({ filter: {} })).toMatchObject({
    suggested: 2,
    failed: 1,
    skipped: 1,
  })
})

test('a model with damaged weights is refused in one sentence', { tag: '@electron' }, async ({ app }) => {
  const folder = await writeTinyModel(path.join(app.folder, 'damaged'))
  await writeFile(path.join(folder, 'model.safetensors'), 'these are no weights')
  await app.page.getByRole('button', { name: 'Models' }).click()
  await chooseFolder(app, app.page.getByRole('button', { name: 'Add folder…' }), folder)
  await expect(app.page.getByRole('alert').filter({ hasText: 'model.safetensors' })).toBeVisible()
})

test(
  'on a full disk a label is refused, the others stay, and labels work again once there is room',
  { tag: '@electron' },
  async ({ app }) => {
    const folder = await app.photos('holiday', 3)
    await withSmallDrive(app, async () => {
      await app.client.library.scan({ folders: [folder] })
      const tiles = app.page.getByRole('gridcell')
      const label = async (index: number, name: string) => {
        await tiles.nth(index).click()
        await app.page.keyboard.press('t')
        await app.page.getByRole('combobox', { name: 'Choose or type a label' }).fill(name)
        await app.page.keyboard.press('Enter')
      }
      await label(0, 'my sea')
      await expect.poll(() => confirmed(app)).toBe(1)
      const filler = path.join(app.home, 'filler')
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k'], { stdio: 'ignore' })
      // Until nothing fits any more: SQLite's log has room of its own at first.
      const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
      const { photoIds } = await app.client.browse.ids({ viewId, from: 1, to: 2 })
      const fits = (number: number) =>
        app.client.labels
          .confirm({ photoIds: photoIds.filter((id) => id !== null), name: `coast ${number}` })
          .then(
            () => true,
            () => false,
          )
      for (let number = 0; await fits(number); number++) continue
      for (let tries = 0; tries < 20 && (await app.page.getByRole('alert').count()) === 0; tries++)
        await label(1, `my coast ${tries}`)
      await expect(app.page.getByRole('alert').first()).toContainText(/disk|space|full/i)
      expect((await app.client.labels.list({})).find(({ name }) => name === 'my sea')?.confirmed).toBe(1)
      await rm(filler)
      await label(2, 'my sea')
      await expect
        .poll(async () => (await app.client.labels.list({})).find(({ name }) => name === 'my sea')?.confirmed)
        .toBe(2)
    })
  },
)

test('a photo that was replaced by another one keeps its labels to itself', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const [first] = await app.client.browse.window({ viewId, offset: 0, limit: 1 })
  if (!first?.photoId) throw new Error('no photo')
  await app.client.labels.confirm({ photoIds: [first.photoId], name: 'sea' })
  await mkdir(path.join(app.folder, 'kept'))
  await copyFile(first.path, path.join(app.folder, 'kept', 'moved.jpg'))
  await writeFile(first.path, 'something else lies here now')
  await app.client.library.scan({ folders: [folder, path.join(app.folder, 'kept')] })
  await expect(app.page.getByRole('gridcell', { name: /moved\.jpg.*sea/ })).toBeVisible()
  expect(await confirmed(app)).toBe(1)
})
