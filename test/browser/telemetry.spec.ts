// The inference runtime's telemetry: off while the window labels, and its old files are shown once and deleted.
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { watchedHome } from '../helpers/watched-home.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

/** It is gone with the process: the one that only lists the tests makes it, too, and runs none. */
function newFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'labelroom-telemetry-')))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

test.describe('with the files of an earlier version', () => {
  const cache = newFolder()
  const queue = path.join(cache, 'Microsoft', 'DeveloperTools', '.onnxruntime')
  test.use({ env: { XDG_CACHE_HOME: cache, TMPDIR: cache } })
  test.beforeEach(() => {
    mkdirSync(queue, { recursive: true })
    for (const name of ['deviceid', 'onnxruntime.db']) writeFileSync(path.join(queue, name), 'x'.repeat(500))
  })

  test('the app tells of them once, and deletes them when it is asked to', async ({ app }) => {
    test.skip(process.platform !== 'linux', 'the queue lies elsewhere there')
    // Of the page as it is then: a restart brings another one.
    const notice = () => app.page.getByRole('status').filter({ hasText: 'had queued data on its runs' })
    const section = () => app.page.getByRole('region', { name: 'Telemetry of ONNX Runtime' })
    await notice().getByRole('button', { name: 'Show in the settings' }).click()
    await expect(notice()).toBeHidden()
    await expect(section()).toContainText('2 files (1 kB) of what was queued for Microsoft are still here.')
    await expect(section()).toContainText('Other programs that use ONNX Runtime share them.')
    await section().getByText('Which files').click()
    await expect(section().getByRole('listitem')).toHaveText([
      path.join(queue, 'deviceid'),
      path.join(queue, 'onnxruntime.db'),
    ])
    await expectAccessible(app.page)

    await app.restart()
    await openScreen(app.page, 'Settings')
    await expect(section()).toContainText('2 files')
    await expect(notice()).toBeHidden()
    await section().getByRole('button', { name: 'Delete these files' }).click()
    await expect(app.page.getByText('The files are deleted')).toBeVisible()
    await expect(section().getByRole('button')).toBeHidden()
    expect(existsSync(path.join(cache, 'Microsoft'))).toBe(false)
  })
})

test.describe('for a user whose environment wishes for telemetry', () => {
  const folder = newFolder()
  const { env, strangeFiles } = watchedHome(folder)
  test.use({ env })

  test(
    'labelling and explaining in the window leave nothing of it',
    { tag: '@electron' },
    async ({ app }) => {
      const photos = await app.photos('holiday', 3)
      const model = await app.addTinyModel()
      await app.label({ folders: [photos], model: model.name })
      await app.page.getByRole('gridcell').first().dblclick()
      await app.page.keyboard.press('h')
      await app.page.locator('canvas').first().waitFor()
      expect(strangeFiles().filter((file) => /Microsoft|mat-debug|\.ses/.test(file))).toEqual([])
    },
  )
})
