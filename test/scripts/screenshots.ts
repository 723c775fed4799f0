// Makes the pictures of the README: the app in Chromium on the sample photos, light and dark.
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, expect } from '@playwright/test'
import sharp from 'sharp'
import { launchInChromium } from '../browser/support/chromium-app.ts'
import { findChromium } from '../browser/support/chromium.ts'
import { labelThroughCore } from '../browser/support/label.ts'

const samples = fileURLToPath(new URL('../../docs/samples', import.meta.url))
const target = fileURLToPath(new URL('../../docs/screenshots', import.meta.url))

const executablePath = findChromium()
if (executablePath === null) throw new Error('The pictures need Chromium.')
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-pictures-'))
// Its path is seen in the viewer.
const photos = path.join(tmpdir(), 'Photos')
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ executablePath, args })
const app = await launchInChromium(browser, {
  home,
  libraryFile: path.join(home, 'library.db'),
  env: {},
})
const { page, client } = app

/** Waits until all pictures are there, then keeps what is seen as a small WebP. */
async function keep(name: string, theme: 'light' | 'dark'): Promise<void> {
  await client.settings.set({ theme })
  // Asked by the debugger: the page's policy forbids code that is text.
  await expect.poll(() => page.evaluate('[...document.images].every((image) => image.complete)')).toBe(true)
  const isStill = "document.getAnimations().every(({ playState }) => playState !== 'running')"
  await expect.poll(() => page.evaluate(isStill)).toBe(true)
  const png = await page.screenshot()
  await sharp(png)
    .webp({ quality: 82 })
    .toFile(path.join(target, `${name}-${theme}.webp`))
}

/** Labels as a user would have confirmed them by now. */
const confirmed: Readonly<Record<string, string>> = {
  'cat.jpg': 'animal/cat',
  'two dogs.jpg': 'animal/dog',
  'dandelions.jpg': 'plant/dandelion',
  'rocket.jpg': 'rocket',
}

async function confirmSome(): Promise<void> {
  const { viewId, total } = await client.browse.open({ filter: {}, sort: {} })
  for (const { name, photoId } of await client.browse.window({ viewId, offset: 0, limit: total })) {
    const label = confirmed[name]
    if (label !== undefined && photoId !== null)
      await client.labels.confirm({ photoIds: [photoId], name: label, isOnly: true })
  }
}

try {
  await mkdir(target, { recursive: true })
  await client.settings.set({ tileSizePx: 230 })
  await cp(samples, photos, { recursive: true })
  await labelThroughCore(client, { folders: [photos], model: null })
  await confirmSome()
  await page.reload()
  await page.getByRole('gridcell').first().waitFor()
  await keep('library', 'light')
  await keep('library', 'dark')

  await page.keyboard.press('ControlOrMeta+2')
  await page.getByRole('img').first().waitFor()
  await keep('review', 'light')

  await page.keyboard.press('ControlOrMeta+1')
  await page.getByRole('gridcell').nth(1).dblclick()
  await page.keyboard.press('h')
  await page.locator('canvas').first().waitFor()
  await keep('viewer', 'dark')
} finally {
  await app.stop('close')
  await browser.close()
  await rm(home, { recursive: true, force: true })
  await rm(photos, { recursive: true, force: true })
}
// The process that serves waits for the next library, and would keep this one.
process.exit()
