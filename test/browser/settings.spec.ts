// Settings count at once for the whole app, and keys are the person's own.
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

test('the whole app changes its language at once, and keeps it', async ({ app }) => {
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

test('an action gets another key; one that is taken is refused; the standard comes back', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 3)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await openScreen(page, 'Settings')
  const reject = page.getByRole('button', { name: 'Change the key for: Reject: none of these' })
  await reject.click()
  await expect(reject).toContainText('Press a key…')
  await page.keyboard.press('u')
  await expect(page.getByRole('alert')).toHaveText('U is already: Next photo that nobody has judged')
  await page.keyboard.press('3')
  await expect(page.getByRole('alert')).toHaveText('3 has another meaning already')
  await page.keyboard.press('n')
  await expect(reject).toHaveText(/N$/)
  // Two keys, and the second one only in its own place.
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet.getByRole('region', { name: 'Review' })).toContainText(/Reject: none of these[^.]*N/)
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await openScreen(page, 'Review')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('1 of 3')
  await page.keyboard.press('n')
  await expect(page.getByRole('status', { name: 'Progress' })).toContainText('2 of 3')
  await expect.poll(async () => (await app.client.browse.counts({ filter: {} })).rejected).toBe(1)
  await openScreen(page, 'Settings')
  await page.getByRole('button', { name: 'Reset the key for: Reject: none of these' }).click()
  await expect(reject).toHaveText(/X$/)
})

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

test('says where things are, and what it is made of', async ({ app }) => {
  const { page } = app
  await openScreen(page, 'Settings')
  await expect(page.getByText(app.libraryFile, { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'About Labelroom' }).click()
  const about = page.getByRole('dialog', { name: 'About Labelroom' })
  await expect(about).toContainText(/Labelroom \d+\.\d+\.\d+/)
  await expect(about).toContainText('ONNX Runtime')
  await expect(about).toContainText('Apache-2.0')
  await expectAccessible(page)
})
