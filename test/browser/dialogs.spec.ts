// Dialogs and hasty users: double clicks, and clicks beside a dialog; what a dialog says of a path goes when it is changed.
import path from 'node:path'
import { mkdir } from 'node:fs/promises'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { expect, test } from './fixtures.ts'
import { chooseFolder } from './support/choose.ts'
import { openScreen } from './support/screens.ts'

test('a double click on a button opens its dialog, which a click beside it closes', async ({ app }) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await page.getByRole('button', { name: 'Auto-label…' }).dblclick()
  const dialog = page.getByRole('dialog', { name: 'Label photos' })
  await expect(dialog).toBeVisible()
  await dialog.getByRole('heading').dblclick()
  expect(await page.evaluate('getSelection().toString()')).toBe('')
  await page.mouse.click(5, 5)
  await expect(dialog).toHaveCount(0)
})

test('a folder that is not there is named until another path is typed', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the dialog there is that of the system')
  const { page } = app
  const missing = path.join(app.folder, 'missing')
  await page.getByRole('main').getByRole('button', { name: 'Add folder' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add folder' })
  const field = dialog.getByRole('textbox')
  await expect(field).not.toHaveValue('')
  await field.fill(missing)
  await field.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveText(`There is no folder '${missing}'.`)
  await field.press('Backspace')
  await expect(dialog.getByRole('alert')).toHaveText('')
})

test('a file that is no model is refused in the dialog that asks for one, where a folder is only opened', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'the dialog there is that of the system')
  const { page } = app
  const folder = await writeTinyModel(path.join(app.folder, 'tiny'))
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'Add file…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add model' })
  const field = dialog.getByRole('textbox')
  await expect(field).not.toHaveValue('')
  await field.fill(path.join(folder, 'config.json'))
  await field.press('Enter')
  await expect(dialog.getByRole('alert')).toHaveText(
    'Choose a file whose name ends in one of these: .onnx, .safetensors',
  )
  await field.fill(folder)
  await dialog.getByRole('button', { name: 'Open' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('')
  await dialog.getByRole('button', { name: 'model.safetensors' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('complementary')).toContainText('Knows 7 classes')
})

test('a folder without photos is in the list of folders at once, and says that there are none', async ({
  app,
}) => {
  const { page } = app
  const folder = path.join(app.folder, 'bare')
  await mkdir(folder)
  await chooseFolder(app, page.getByRole('main').getByRole('button', { name: 'Add folder' }), folder)
  await expect(page.getByText('No photos in bare')).toBeVisible()
  await page.getByRole('treeitem', { name: /bare/ }).click()
  await expect(page.getByRole('main')).toContainText('This folder holds no photos that Labelroom can read.')
  await page.getByRole('button', { name: 'Actions for bare' }).click()
  await page.getByRole('menuitem', { name: 'Remove from library' }).click()
  await expect(page.getByRole('heading', { name: 'Add a folder of photos' })).toBeVisible()
})

test('the second click of a double click does not reach what takes the place of its button', async ({
  app,
}) => {
  const { page } = app
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 20)], model: model.name })
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 20 })
  const known = photoIds.flatMap((id) => id ?? [])
  await app.client.labels.confirm({ photoIds: known.slice(0, 10), name: 'even' })
  await app.client.labels.confirm({ photoIds: known.slice(10), name: 'odd' })
  await openScreen(page, 'Learn')
  let cancels = 0
  page.on('request', (request) => {
    if (request.postData()?.includes('"learning.cancel"') === true) cancels++
  })
  await page.getByRole('button', { name: 'Train on my labels' }).dblclick()
  await page.getByRole('button', { name: 'Put in use' }).dblclick()
  await expect(page.getByRole('button', { name: 'In use', exact: true })).toBeVisible()
  expect(cancels).toBe(0)
  expect(await app.client.heads.list({})).toHaveLength(1)
})

test('dialogs keep their size while they load, and where another kind of what they do is chosen', async ({
  app,
}) => {
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  for (const [keys, kind] of [
    ['ControlOrMeta+l', null],
    ['ControlOrMeta+i', 'Class folders'],
    ['ControlOrMeta+e', 'Training elsewhere'],
  ] as const) {
    const heights = await page.evaluateHandle(() => {
      const seen = new Set<number>()
      new MutationObserver(() => {
        const dialog = document.querySelector('dialog[open]')
        if (dialog !== null) seen.add(Math.round(dialog.getBoundingClientRect().height))
      }).observe(document.body, { childList: true, subtree: true, attributes: true })
      return seen
    })
    await page.keyboard.press(keys)
    const dialog = page.getByRole('dialog')
    if (kind === null) await expect(dialog.getByText(/^The whole library/)).toBeVisible()
    else await expect(dialog.getByRole('radio').first()).toBeChecked()
    if (kind !== null) {
      await dialog.getByRole('radio', { name: kind }).check()
      await expect(dialog.getByRole('textbox').first()).toBeVisible()
    }
    expect(await heights.evaluate((seen) => [...seen]), keys).toHaveLength(1)
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
  }
})
