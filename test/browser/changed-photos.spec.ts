// A photo that was edited in place: its mark, the filter, the order of the review, and the step that keeps its labels.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { exifSegment, withSegments } from '../helpers/image-bytes.ts'
import { expect, test } from './fixtures.ts'

const jpegOf = async (background: string, takenAt: string) => {
  const create = { width: 640, height: 480, channels: 3, background } as const
  return withSegments(
    await sharp({ create }).jpeg().toBuffer(),
    exifSegment(1, { camera: 'Camera', takenAt }),
  )
}

test('the labels of an edited photo are marked until one step keeps them, and those of another photo are offered', async ({
  app,
}) => {
  const { page, client } = app
  const folder = path.join(app.folder, 'edited')
  await mkdir(folder)
  const write = async (name: string, ...jpeg: Parameters<typeof jpegOf>) =>
    writeFile(path.join(folder, name), await jpegOf(...jpeg))
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg'])
    await write(name, 'red', `2024:01:02 03:04:0${name.charCodeAt(0) - 97}`)
  await write('b.jpg', 'green', '2024:01:02 03:04:01')
  await write('c.jpg', 'blue', '2024:01:02 03:04:02')
  await client.library.scan({ folders: [folder] })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 3 })
  await client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: 'dog' })
  await write('a.jpg', 'orange', '2024:01:02 03:04:00')
  await write('b.jpg', 'black', '2025:01:02 03:04:01')
  await client.library.scan({ folders: [folder] })

  const mark = page.getByRole('img', { name: 'The image was changed since you labelled it.' })
  await expect(mark).toHaveCount(1)
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('checkbox', { name: 'Changed since you labelled it' }).check()
  await expect(page.getByRole('gridcell')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(page.getByRole('gridcell')).toHaveCount(3)

  // The viewer offers the labels of the photo that lay under the name of b.jpg.
  await page.getByRole('gridcell').nth(1).dblclick()
  const about = page.getByRole('complementary', { name: 'About this photo' })
  await expect(about).toContainText('Another photo lay here before.')
  await about.getByRole('button', { name: 'dog', exact: true }).click()
  await expect(about).not.toContainText('Another photo lay here before.')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Review', exact: true }).first().click()
  await page.getByRole('combobox', { name: 'Order' }).selectOption('changed')
  await expect(page.getByRole('heading', { name: 'a.jpg' })).toBeVisible()
  await page.getByRole('button', { name: 'Keep labels' }).click()
  await expect(page.getByRole('button', { name: 'Keep labels' })).toHaveCount(0)
  await expect
    .poll(() => client.history.state({}))
    .toMatchObject({ undo: { kind: 'keep-changed', name: 'dog' } })
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByRole('button', { name: 'Keep labels' })).toBeVisible()
})

test('the review shows a photo again once its broken file was repaired', async ({ app }) => {
  const { page, client } = app
  const folder = path.join(app.folder, 'broken')
  await mkdir(folder)
  const file = path.join(folder, 'a.jpg')
  const whole = await jpegOf('red', '2024:01:02 03:04:00')
  await writeFile(file, whole)
  await client.library.scan({ folders: [folder] })
  const isScreen = (url: URL) => url.pathname.startsWith('/picture/screen/')
  await page.route(isScreen, (route) => route.fulfill({ status: 500 }))
  await page.getByRole('button', { name: 'Review', exact: true }).first().click()
  await expect(page.getByText('This photo cannot be shown')).toBeVisible()
  await page.unroute(isScreen)
  await writeFile(path.join(folder, 'b.jpg'), await jpegOf('blue', '2024:01:02 03:04:01'))
  await client.library.scan({ folders: [folder] })
  await expect(page.getByRole('img', { name: 'a.jpg' })).toBeVisible()
  await expect(page.getByText('This photo cannot be shown')).toHaveCount(0)
})
