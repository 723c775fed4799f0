// Work that takes long and can be stopped: where the focus is meanwhile and afterwards, and what is left of it.
import type { Locator } from '@playwright/test'
import { expect, test, type App } from './fixtures.ts'
import { chooseFolder } from './support/choose.ts'
import { holdEach, holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

/** Twenty photos of two classes, and a version of the user's own model. */
async function fillAndTrain(app: App): Promise<void> {
  const model = await app.addTinyModel()
  await app.label({ folders: [await app.photos('holiday', 20)], model: model.name })
  const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 20 })
  const half = (turn: number) =>
    photoIds.flatMap((id, index) => (id !== null && index % 2 === turn ? id : []))
  await app.client.labels.confirm({ photoIds: half(0), name: 'even', isOnly: true })
  await app.client.labels.confirm({ photoIds: half(1), name: 'odd', isOnly: true })
  await app.client.heads.train({})
}

/** Begins the work with a key, and expects the focus on Cancel until the work is over, and then on `after`. */
async function holdThrough(app: App, call: string, button: Locator, after = button): Promise<void> {
  await test.step(call, async () => {
    const cancel = app.page.getByRole('button', { name: 'Cancel', exact: true })
    const { reached, release } = await holdNext(app, call)
    await button.focus()
    await app.page.keyboard.press('Enter')
    await reached
    await expect(cancel).toBeFocused()
    release()
    await expect(cancel).toHaveCount(0)
    await expect(after).toBeFocused()
  })
}

test('the focus goes to Cancel while work goes on, and back to what began it', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await fillAndTrain(app)
  await openScreen(page, 'Learn')
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  await holdThrough(app, 'heads.preview', button('Preview changes'))
  await holdThrough(app, 'review.curve', button('Measure'))
  await holdThrough(app, 'heads.train', button('Train on my labels'))
  // It cannot be put in use twice, so that what is beside it has the focus.
  await holdThrough(app, 'heads.promote', button('Put in use'), button('Export model…'))
  // The button is gone then: no version is in use, and the one that shows has the focus.
  await holdThrough(
    app,
    'heads.rollback',
    button('Roll back'),
    page.getByRole('button', { name: /^Version 2/ }),
  )
  await page.getByRole('tab', { name: 'Groups' }).click()
  await holdThrough(app, 'review.groups', button('Find groups'))
})

test('after Roll back the focus is on the version that is in use', async ({ app }) => {
  const { page } = app
  await fillAndTrain(app)
  const first = (await app.client.heads.list({}))[0]
  const { head } = await app.client.heads.train({})
  if (first === undefined) throw new Error('there is no version')
  await app.client.heads.promote({ id: first.id })
  await app.client.heads.promote({ id: head.id })
  await openScreen(page, 'Learn')
  await page.getByRole('button', { name: 'Roll back' }).press('Enter')
  const inUse = page.getByRole('button', { name: /^Version 1 In use/ })
  await expect(inUse).toBeFocused()
})

test('while it is looked what will be written, the dialogs of exports say so and write nothing', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await fillAndTrain(app)
  const table = await holdEach(app, 'exports.chunk')
  const keywords = await holdEach(app, 'keywords.plan')
  await page.getByRole('button', { name: 'Export…' }).click()
  const dialog = page.getByRole('dialog')
  const looking = dialog.getByRole('button', { name: 'Looking…' })
  await expect(dialog.getByText('Looking what will be written…')).toBeVisible()
  await expect(looking).toBeDisabled()
  await expect(looking).toHaveAttribute('title', 'Looking what will be written…')
  table.release()
  await expect(dialog.getByRole('button', { name: 'Export', exact: true })).toBeEnabled()
  await expect(dialog.getByText('Looking what will be written…')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'For Lightroom / digiKam' }).click()
  await expect(looking).toBeDisabled()
  await expect(looking).toHaveAttribute('title', 'Looking what would change…')
  keywords.release()
  await expect(dialog.getByRole('button', { name: 'Write 20 files' })).toBeEnabled()
  // Of other choices nothing is known, either.
  const again = await holdEach(app, 'keywords.plan')
  await dialog.getByRole('checkbox', { name: /suggestions/ }).check()
  await expect(looking).toBeDisabled()
  again.release()
  await expect(dialog.getByRole('button', { name: 'Write 20 files' })).toBeEnabled()
})

test('the focus goes to Cancel and back in the dialog of an export, whose button is disabled meanwhile', async ({
  app,
}) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await fillAndTrain(app)
  await page.getByRole('button', { name: 'Export…' }).click()
  const write = page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true })
  await holdThrough(app, 'exports.write', write)
})

test('whether a model has suggestions is not said before it is known', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await fillAndTrain(app)
  const { reached, release } = await holdNext(app, 'models.hasSuggestions')
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'tiny', exact: true }).click()
  await reached
  const clear = page.getByRole('button', { name: 'Clear suggestions' })
  await expect(clear).toBeDisabled()
  await expect(clear).not.toHaveAttribute('title', /no suggestions/)
  release()
  await expect(clear).toBeEnabled()
})

test('the list of models says that it is being loaded', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  // The library asks for it, too.
  const { release } = await holdEach(app, 'models.catalogue')
  await openScreen(page, 'Models')
  await expect(page.getByText('Loading models…')).toBeVisible()
  release()
  await expect(page.getByText('Loading models…')).toHaveCount(0)
})

test('the reading of a folder is stopped by the button beside its progress', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const folder = await app.photos('holiday', 3)
  const { reached, release } = await holdNext(app, 'library.scan')
  const cancelled = page.waitForRequest(
    (request) =>
      request.url().endsWith('/rpc') && request.postData()?.includes('library.cancelScan') === true,
  )
  await chooseFolder(app, page.getByRole('button', { name: 'Add folder' }), folder)
  await reached
  await page.getByRole('button', { name: 'Stop reading' }).click()
  expect((await cancelled).postDataJSON()).toMatchObject({ input: { folders: [folder] } })
  release()
  await expect(page.getByRole('gridcell')).toHaveCount(3)
})
