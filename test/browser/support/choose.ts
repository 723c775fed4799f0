// Chooses files and folders as a user does: in dialogs of the system, or in those of the browser and the page.
import { expect, type Locator } from '@playwright/test'
import type { App } from './app.ts'

/** Presses `button`, which asks for a folder, or for a model's file, and chooses this one. */
export async function chooseFolder(app: App, button: Locator, folder: string): Promise<void> {
  if (app.kind === 'electron') {
    await app.answerDialog(folder)
    await button.click()
    return
  }
  // It opens over a dialog that asked for it; in any language.
  const others = await app.page.getByRole('dialog').count()
  await button.click()
  const dialog = app.page.getByRole('dialog').nth(others)
  const field = dialog.getByRole('textbox')
  // As soon as it shows where it begins, it would not overwrite what is typed.
  await expect(field).not.toHaveValue('')
  await field.fill(folder)
  await field.press('Enter')
  await expect(dialog).toHaveCount(0)
}

/** Presses `button`, which asks for a table, and chooses this one. */
export async function chooseTable(app: App, button: Locator, file: string): Promise<void> {
  if (app.kind === 'electron') {
    await app.answerDialog(file)
    await button.click()
    return
  }
  const asked = app.page.waitForEvent('filechooser')
  const uploaded = app.page.waitForResponse('**/upload?*')
  await button.click()
  await (await asked).setFiles(file)
  await uploaded
}

/** Exports a table from the dialog to this file, in the browser through its downloads. */
export async function exportTable(app: App, dialog: Locator, file: string): Promise<void> {
  const write = dialog.getByRole('button', { name: 'Export', exact: true })
  if (app.kind === 'electron') {
    await app.answerDialog(file)
    await dialog.getByRole('button', { name: 'Choose…' }).click()
    await expect(dialog.getByRole('textbox', { name: 'File' })).toHaveValue(file)
    await write.click()
    return
  }
  const downloading = app.page.waitForEvent('download')
  await write.click()
  await (await downloading).saveAs(file)
}

/** Asks for a place for an output, which the next answer of a dialog gives: the client may write there. */
export async function pickSaveFile(app: App): Promise<void> {
  await app.page.evaluate(() =>
    (window as unknown as { bridge: { shell(call: object): Promise<unknown> } }).bridge.shell({
      method: 'shell.pickSaveFile',
      input: { title: '', suggestedName: '' },
    }),
  )
}
