// What the viewer says of a photo that cannot be shown whole, and the keys that it names.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from './fixtures.ts'

test('a damaged photo was taken when its camera says, not when the file was written', async ({ app }) => {
  const { page } = app
  const folder = path.join(app.folder, 'damaged')
  await mkdir(folder)
  const create = { width: 640, height: 480, channels: 3 as const, noise: { type: 'gaussian' as const } }
  const whole = await sharp({ create: { ...create, background: 'grey' } })
    .withExif({ IFD2: { DateTimeOriginal: '2020:05:06 07:08:09' } })
    .jpeg()
    .toBuffer()
  await writeFile(path.join(folder, 'half.jpg'), whole.subarray(0, whole.length / 2))
  await app.client.library.scan({ folders: [folder] })
  await app.client.settings.set({ keys: { 'grid.assign': 'G' } })
  await page.getByRole('gridcell').first().click()
  await page.keyboard.press('Enter')
  const about = page.getByRole('complementary', { name: 'About this photo' })
  await expect(about).toContainText('May 6, 2020')
  await expect(about.getByRole('button', { name: 'Add label' })).toContainText('G')
})
