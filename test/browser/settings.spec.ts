// Settings take effect at once in the whole app, and keys are the user's own.
import { readFile } from 'node:fs/promises'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

test('the whole app changes its language at once, and keeps it', { tag: '@electron' }, async ({ app }) => {
  const { page } = app
  await openScreen(page, 'Settings')
  await expectAccessible(page)
  await page.getByRole('radio', { name: '简体中文' }).check({ force: true })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置')
  await expect(page.getByRole('navigation', { name: '页面' })).toContainText(
    /图库\s*审核\s*学习\s*模型\s*设置/,
  )
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expectAccessible(page)
  await app.restart()
  const screens = app.page.getByRole('navigation', { name: '页面' })
  for (const [button, heading] of [
    ['审核', '审核'],
    ['模型', '模型'],
    ['设置', '设置'],
  ] as const) {
    await screens.getByRole('button', { name: button, exact: true }).click()
    await expect(app.page.getByRole('heading', { level: 1 })).toHaveText(heading)
    // Every visible word is translated; names of things are not.
    const text = await app.page.getByRole('main').innerText()
    expect(text).not.toMatch(/\b(the|and|Nothing|Add|Remove|Download)\b/)
  }
  await app.page.getByRole('radio', { name: 'English' }).check({ force: true })
  await expect(app.page.getByRole('heading', { level: 1 })).toHaveText('Settings')
})

test('theme and density show at once, and are kept', async ({ app }) => {
  await openScreen(app.page, 'Settings')
  await app.page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  await app.page.getByRole('radio', { name: 'Compact' }).check({ force: true })
  const html = app.page.locator('html')
  await expect(html).toHaveCSS('color-scheme', 'dark')
  await expect(html).toHaveAttribute('data-density', 'compact')
  await expect.poll(async () => (await app.client.settings.get({})).density).toBe('compact')
  await app.restart()
  await expect(app.page.locator('html')).toHaveCSS('color-scheme', 'dark')
})

test(
  'a command takes another key, refuses one that is taken, and gets its default back',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    const folder = await app.photos('holiday', 3)
    const model = await app.addTinyModel()
    await app.label({ folders: [folder], model: model.name })
    await openScreen(page, 'Settings')
    const reject = page.getByRole('button', { name: 'Change the key for: Reject: none of these' })
    await reject.click()
    await expect(reject).toContainText('Press a key…')
    await page.keyboard.press('PageDown')
    await expect(page.getByRole('alert')).toHaveText('PgDn is already: Next unreviewed photo')
    await page.keyboard.press('3')
    await expect(page.getByRole('alert')).toHaveText('3 has another meaning already')
    await page.keyboard.press('n')
    await expect(reject).toHaveText(/N$/)
    // Two keys, and the second one only in its own place.
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await expect(sheet.getByRole('region', { name: 'Review' })).toContainText(/Reject: none of these[^.]*N/)
    await expectAccessible(page)
    // What is typed narrows it down, by what a key does and by the key itself.
    const rows = sheet.locator('dt')
    await page.keyboard.type('none of these')
    await expect(rows).toHaveText(['Reject: none of these, or only the chosen one'])
    // The keys of the sidebar are there, too.
    await sheet.getByRole('searchbox').fill('f2')
    await expect(rows).toHaveText(['Rename a label of the sidebar, or merge the chosen ones'])
    await sheet.getByRole('searchbox').fill('sidebar')
    await expect(rows).toHaveCount(3)
    await sheet.getByRole('searchbox').fill('a–z')
    await expect(sheet.getByRole('status')).toHaveText('No action or key is called so.')
    await sheet.getByRole('searchbox').fill('pgdn')
    await expect(sheet.getByRole('region', { name: 'Review' }).locator('dt')).toHaveText([
      'Next unreviewed photo',
    ])
    await sheet.getByRole('searchbox').fill('')
    await page.keyboard.press('Escape')
    await openScreen(page, 'Review')
    await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 3')
    // A letter of the user's own goes before the search, which is said once.
    await expect(page.getByText('You made N keys of the review')).toBeVisible()
    await expect.poll(async () => (await app.client.settings.get({})).isLetterKeysNoted).toBe(true)
    await page.keyboard.press('n')
    await expect(page.getByRole('status', { name: 'Progress' })).toContainText('2 of 3')
    await expect.poll(async () => (await app.client.browse.counts({ filter: {} })).rejected).toBe(1)
    await openScreen(page, 'Settings')
    await page.getByRole('button', { name: 'Reset the key for: Reject: none of these' }).click()
    await expect(reject).toHaveText(/0Del$/)
  },
)

test('pinned labels are added, ordered and removed', async ({ app }) => {
  const { page } = app
  await openScreen(page, 'Settings')
  for (const name of ['cat', 'dog']) {
    await page.getByRole('combobox', { name: 'Pin a label' }).fill(name)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: `Unpin ${name}` })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Move dog up' }).click()
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual(['dog', 'cat'])
  await page.getByRole('button', { name: 'Unpin cat' }).click()
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual(['dog'])
})

test(
  'the settings list where files are, and the about box what the app is made of',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    await openScreen(page, 'Settings')
    await expect(page.getByText(app.libraryFile, { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'About Labelroom' }).click()
    const about = page.getByRole('dialog', { name: 'About Labelroom' })
    await expect(about).toContainText(/Labelroom \d+\.\d+\.\d+/)
    await expect(about).toContainText('ONNX Runtime')
    await expect(about).toContainText('Apache-2.0')
    await about.getByRole('searchbox', { name: 'Find a package or licence' }).fill('SVELTE')
    await expect(about.getByRole('listitem').first()).toContainText('svelte')
    await expect(about.getByRole('listitem').filter({ hasNotText: /svelte/i })).toHaveCount(0)
    // In Electron a dialog of the system asks where to.
    if (app.kind === 'chromium') {
      const saving = page.waitForEvent('download')
      await about.getByRole('button', { name: 'Save report…' }).click()
      const report = await readFile(await (await saving).path(), 'utf8')
      expect(report).toMatch(/^Labelroom: \d+\.\d+\.\d+\n/)
      expect(report).toContain('Opened the library')
    }
    await expectAccessible(page)
  },
)

test(
  'a backup is made, checked and restored, after a question that says what it replaces',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    const model = await app.addTinyModel()
    await app.label({ folders: [await app.photos('holiday', 3)], model: model.name })
    const { viewId } = await app.client.browse.open({ filter: {}, sort: {} })
    const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: 2 })
    const known = photoIds.flatMap((id) => id ?? [])
    await app.client.labels.confirm({ photoIds: known.slice(0, 1), name: 'ant' })
    await openScreen(page, 'Settings')
    const backups = page.getByRole('region', { name: 'Backups' })
    await expect(backups).toContainText('There are none yet.')
    await backups.getByRole('button', { name: 'Back up now' }).click()
    await expect(backups.getByRole('row')).toHaveCount(2)
    const cells = backups.getByRole('row').nth(1).getByRole('cell')
    await expect(cells.nth(1)).toHaveText('Made by you')
    await expect(cells.nth(2)).toHaveText('1')
    await app.client.labels.confirm({ photoIds: known, name: 'bee' })
    await backups.getByRole('button', { name: 'Check the library' }).click()
    await expect(page.getByText('Everything is sound: 3 confirmed labels')).toBeVisible()
    await expectAccessible(page)

    await backups.getByRole('button', { name: /^Restore the backup of/ }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('replaced by this backup with 1 confirmed label.')
    await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
    await openScreen(page, 'Settings')
    await expect(cells.nth(1)).toHaveText('Before a restore')
    await expect(cells.nth(2)).toHaveText('3')
    await expect(dialog).toHaveCount(0)
    const labels = await app.client.labels.list({})
    expect(labels.filter(({ confirmed }) => confirmed > 0).map(({ name }) => name)).toEqual(['ant'])
  },
)

test(
  'the folder and the number of backups are settings, and backups there are listed',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    await openScreen(page, 'Settings')
    const backups = page.getByRole('region', { name: 'Backups' })
    await backups.getByLabel('Folder').fill(`${app.folder}/elsewhere`)
    await backups.getByLabel('Folder').blur()
    await backups.getByLabel('Keep').fill('2')
    await backups.getByRole('button', { name: 'Back up now' }).click()
    await expect(backups.getByRole('row').nth(1)).toHaveAttribute(
      'title',
      new RegExp(`^${app.folder}/elsewhere/`),
    )
    await expect
      .poll(async () => (await app.client.settings.get({})).backups)
      .toMatchObject({
        folder: `${app.folder}/elsewhere`,
        kept: 2,
      })
  },
)

test('the list of sections leads to each, and marks the one in view', async ({ app }) => {
  const { page } = app
  await openScreen(page, 'Settings')
  const list = page.getByRole('navigation', { name: 'Sections' })
  const marked = list.locator('[aria-current="true"]')
  await expect(marked).toHaveText('Appearance')
  for (const name of ['Backups', 'Files and folders', 'Keys']) {
    await list.getByRole('button', { name }).click()
    const heading = page.getByRole('heading', { name, level: 2 })
    await expect(heading).toBeInViewport()
    await expect(heading).toBeFocused()
    await expect(marked).toHaveText(name)
  }
  await page.getByRole('button', { name: 'About Labelroom' }).scrollIntoViewIfNeeded()
  await expect(marked).toHaveText('Appearance')
  // One stop of Tab, in which the arrows lead on.
  await marked.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(marked).toHaveText('Reviewing')
  await expect(marked).toBeFocused()
  await page.setViewportSize({ width: 800, height: 560 })
  await list.getByRole('button', { name: 'Updates' }).click()
  await expect(page.getByRole('heading', { name: 'Updates' })).toBeInViewport({ ratio: 1 })
  await expect(marked).toHaveText('Updates')
  await expectAccessible(page)
})
