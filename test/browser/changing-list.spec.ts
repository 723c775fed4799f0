// The list is opened again whenever the library changes, as in a job; what a person does meanwhile holds.
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'
import { holdNext } from './support/hold-call.ts'

const cells = ({ page }: App) => page.getByRole('gridcell')
const selected = ({ page }: App) => page.getByRole('gridcell', { selected: true })

/** A grid of `0.jpg` to `3.jpg`. */
async function fourPhotos(app: App): Promise<string> {
  const folder = path.join(app.folder, 'holiday')
  for (const number of [0, 1, 2, 3]) await writePhoto(path.join(folder, `${number}.jpg`), number)
  await app.client.library.scan({ folders: [folder] })
  await expect(cells(app)).toHaveCount(4)
  return folder
}

/** Finds a photo that comes before all others. */
async function addFirst(app: App, folder: string): Promise<void> {
  await writePhoto(path.join(folder, '!.jpg'), 30)
  await app.client.library.scan({ folders: [folder] })
}

test('a range holds, though the list was opened again before the core named its photos', async ({ app }) => {
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.ids', { from: 0, to: 3 })
  await cells(app)
    .nth(2)
    .click({ modifiers: ['Shift'] })
  await reached
  await addFirst(app, folder)
  await expect(cells(app)).toHaveCount(5)
  release()
  await expect(app.page.getByRole('toolbar')).toContainText('3 selected')
  await expect(selected(app)).toContainText(['0.jpg', '1.jpg', '2.jpg'])
})

test('a range starts from the same photo after another came before it', async ({ app }) => {
  const folder = await fourPhotos(app)
  await cells(app).nth(1).click()
  await addFirst(app, folder)
  await expect(cells(app)).toHaveCount(5)
  await cells(app)
    .last()
    .click({ modifiers: ['Shift'] })
  await expect(selected(app)).toContainText(['1.jpg', '2.jpg', '3.jpg'])
  await expect(app.page.getByRole('toolbar')).toContainText('3 selected')
})

test('keys while the list is opened again lead from photo to photo', async ({ app }) => {
  const { page } = app
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.locate')
  await addFirst(app, folder)
  await reached
  await page.keyboard.press('ArrowRight')
  release()
  await expect(cells(app)).toHaveCount(5)
  await page.keyboard.press('ArrowRight')
  await expect(selected(app)).toContainText(['2.jpg'])
})

test('a photo that is opened while the list is opened again stays the one that shows', async ({ app }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  const folder = await fourPhotos(app)
  await cells(app).first().click()
  const { reached, release } = await holdNext(app, 'browse.locate')
  await addFirst(app, folder)
  await reached
  await cells(app).nth(1).dblclick()
  const viewer = page.getByRole('dialog')
  await expect(viewer).toContainText('1.jpg')
  release()
  await page.keyboard.press('ArrowRight')
  await expect(viewer).toContainText('2.jpg')
  await page.keyboard.press('Escape')
  await expect(cells(app)).toHaveCount(5)
  await page.keyboard.press('ArrowRight')
  await expect(selected(app)).toContainText(['3.jpg'])
})
