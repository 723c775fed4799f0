// Nothing of the library and the viewer is cut off or lies over other things, at any size and in both languages.
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'
import { expectWholeRings } from './support/focus-ring.ts'
import { expectSoundLayout } from './support/layout-faults.ts'

/** The last one is 1280 x 800 at a zoom of 200 %. */
const sizes = [
  [1920, 1080],
  [1280, 800],
  [800, 560],
  [640, 400],
] as const

const words = {
  en: { list: 'As a list', rows: 'Rows of whole photos' },
  'zh-CN': { list: '列表视图', rows: '按原比例成行' },
}

/** Names as users have them: long, nested, Chinese; photos with stars, suggestions and labels. */
async function fill(app: App): Promise<void> {
  const folder = await app.photos('Summer in the mountains with the grandparents', 24)
  const long = await writePhoto(path.join(folder, '家庭照片', 'a.jpg'), 99)
  await rename(long, path.join(path.dirname(long), `${'外婆在厨房里做早饭 '.repeat(5)}.jpg`))
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  const names = [
    'animal/dog/terrier',
    '外婆的厨房',
    'a label with a rather long name that goes on',
    'trip/2024',
  ]
  for (const [at, name] of names.entries())
    await app.client.labels.confirm({ photoIds: photoIds.slice(at, at + 4), name })
  await app.client.ratings.set({ photoIds: photoIds.slice(0, 6), stars: 5, flag: 'reject' })
}

for (const language of ['en', 'zh-CN'] as const)
  test.describe(`in ${language}`, () => {
    test.use({ homeFiles: { 'settings.json': JSON.stringify({ language, tileSizePx: 64 }) } })
    test('nothing is cut off or overlaps in the library and the viewer', async ({ app }) => {
      test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
      const { page } = app
      const text = words[language]
      await fill(app)
      const cell = page.getByRole('gridcell').first()
      const atEachSize = async (state: string, prepare?: () => Promise<void>) => {
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height })
          await prepare?.()
          await expectSoundLayout(page, `${state}, ${width} x ${height}`)
        }
      }
      await expect(cell).toBeVisible()
      await atEachSize('smallest tiles')
      await app.client.settings.set({ tileSizePx: 160 })
      await atEachSize('tiles')
      await page.getByRole('button', { name: text.rows }).click()
      await atEachSize('rows')
      await page.locator('header select').last().selectOption('date')
      await atEachSize('months')
      await page.getByRole('button', { name: text.list }).click()
      await atEachSize('list')
      await page.getByRole('button', { name: text.list }).click()
      await cell.click()
      await atEachSize('selection')
      await page.keyboard.press('t')
      await expect(page.getByRole('combobox').last()).toBeFocused()
      await atEachSize('picker')
      await page.keyboard.press('Escape')
      const search = page.locator('header').getByRole('searchbox')
      await search.fill('terrier in 外婆的厨房')
      await atEachSize('search')
      await search.press('Enter')
      await atEachSize('conditions')
      await search.fill('')
      await atEachSize('menu of the photo', async () => {
        await page.keyboard.press('Escape')
        await cell.click({ button: 'right' })
        await expect(page.getByRole('menu')).toBeVisible()
      })
      await page.keyboard.press('Escape')
      await cell.dblclick()
      await expect(page.getByRole('dialog')).toBeVisible()
      await atEachSize('viewer')
      await page.keyboard.press('t')
      await expect(page.getByRole('combobox').last()).toBeFocused()
      await atEachSize('picker of the viewer')
    })
  })

test('the ring of the focus is seen whole on all that Tab reaches', async ({ app }) => {
  test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
  const { page } = app
  await fill(app)
  const cell = page.getByRole('gridcell').first()
  await cell.click()
  await expectWholeRings(page, 'tiles')
  await page.getByRole('button', { name: words.en.list }).click()
  await expectWholeRings(page, 'list')
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await expectWholeRings(page, 'filter')
  await page.keyboard.press('Escape')
  await cell.dblclick()
  await expect(page.getByRole('dialog')).toBeVisible()
  await expectWholeRings(page, 'viewer')
})
