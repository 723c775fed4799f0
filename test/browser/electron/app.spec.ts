// Electron's own part: one instance, crashes, libraries, menu, the place of the window.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import { expect, test, type App } from '../fixtures.ts'
import type { HostOptions } from '../support/app.ts'
import { pickSaveFile } from '../support/choose.ts'
import { openScreen } from '../support/screens.ts'
import { electronArguments, electronEnvironment } from '../support/electron-app.ts'

function mainOf(app: App) {
  if (app.electron === null) throw new Error('only in Electron')
  return app.electron
}

/** Kills the processes of that name as the system would. */
const killProcess = (app: App, name: string) =>
  mainOf(app).evaluate(({ app: electronApp }, wanted) => {
    const found = electronApp.getAppMetrics().filter((metric) => metric.name === wanted)
    for (const { pid } of found) process.kill(pid, 'SIGKILL')
    return found.length
  }, name)

const chooseInMenu = (app: App, id: string) =>
  mainOf(app).evaluate(({ Menu }, wanted) => {
    Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click()
  }, id)

/** Records message boxes and answers them with the first button. */
const watchMessages = (app: App) =>
  mainOf(app).evaluate(({ dialog }) => {
    const messages: string[] = []
    Object.assign(globalThis, { messages })
    dialog.showMessageBox = (...all: unknown[]) => {
      messages.push((all.at(-1) as { detail: string }).detail)
      return Promise.resolve({ response: 0, checkboxChecked: false })
    }
  })
const messagesOf = (app: App) =>
  mainOf(app).evaluate(() => (globalThis as unknown as { messages: string[] }).messages)

/** Starts the app a second time, with these files and folders. */
async function openAgain(app: App, host: HostOptions['host'], ...files: readonly string[]): Promise<void> {
  if (host.kind !== 'electron') throw new Error('only in Electron')
  const second = spawn(host.runtime.executable, [...electronArguments, ...files], {
    env: electronEnvironment(host.runtime, app.home),
    stdio: 'ignore',
  })
  expect(await once(second, 'exit')).toEqual([0, null])
}

test('a second instance hands its folders and its photo to the first, which shows them, and ends', async ({
  app,
  host,
}) => {
  // Electron would lose what is not ASCII.
  const folder = await app.photos('苏州', 3)
  await openAgain(app, host, folder)
  await expect.poll(async () => (await app.client.library.summary({})).files).toBe(3)
  await expect(app.page.getByRole('button', { name: 'Remove the condition 苏州' })).toBeVisible()
  const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 3 })
  await openAgain(app, host, cards[1]?.path ?? '')
  await expect(app.page.getByRole('dialog', { name: cards[1]?.name ?? 'none' })).toBeVisible()
})

test('a second instance opens a library in the first, and one with something else says that it cannot be opened', async ({
  app,
  host,
}) => {
  const table = path.join(app.folder, 'labels.csv')
  await writeFile(table, 'file,label')
  await openAgain(app, host, table)
  await expect(app.page.getByText(`There is no photo, folder or library to open at ${table}.`)).toBeVisible()
  const copy = path.join(app.folder, 'second.db')
  for (const ending of ['', '-wal']) await copyFile(`${app.libraryFile}${ending}`, `${copy}${ending}`)
  await openAgain(app, host, copy)
  // The page is loaded again meanwhile, which ends calls of the old one.
  await expect(async () => {
    expect(await app.client.library.summary({})).toMatchObject({ file: copy, files: 0 })
  }).toPass()
})

test('folders that come with a library that cannot be opened are not added to the one that is open', async ({
  app,
  host,
}) => {
  const broken = path.join(app.folder, 'broken.db')
  await writeFile(broken, 'no library')
  await watchMessages(app)
  await openAgain(app, host, broken, await app.photos('theirs', 2))
  await expect.poll(async () => (await messagesOf(app)).join('\n')).toContain(broken)
  const mine = await app.photos('mine', 3)
  await openAgain(app, host, mine)
  await expect.poll(async () => (await app.client.library.summary({})).files).toBe(3)
  expect(await app.client.library.folders({})).toMatchObject([{ path: mine }])
})

/** Drops files or folders at a place of the window, as the file manager does. */
async function drop(app: App, files: string[], place: { x: number; y: number }): Promise<void> {
  const session = await app.page.context().newCDPSession(app.page)
  const data = { items: [], files, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...place, data })
}

test('folders that are dropped on the window are added', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await expect(app.page.getByRole('button', { name: 'Add folder' })).toBeVisible()
  await drop(app, [folder], { x: 600, y: 300 })
  await expect.poll(async () => (await app.client.library.summary({})).files).toBe(3)
})

test('a photo that is dropped on the window is shown', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await expect(app.page.getByRole('button', { name: 'Add folder' })).toBeVisible()
  await drop(app, [path.join(folder, 'part 1', '001.jpg')], { x: 600, y: 300 })
  await expect(app.page.getByRole('dialog', { name: '001.jpg' })).toBeVisible()
})

test('one message, shown once, names dropped files that cannot be opened', async ({ app }) => {
  const files = ['a.csv', 'b.csv', 'c.csv'].map((name) => path.join(app.folder, name))
  for (const file of files) await writeFile(file, 'file,label')
  const place = { x: 600, y: 300 }
  await expect(app.page.getByRole('button', { name: 'Add folder' })).toBeVisible()
  for (let times = 0; times < 2; times++) await drop(app, files, place)
  await drop(app, files.slice(2), place)
  await expect(app.page.locator('.toast')).toHaveText([
    `There is no photo, folder or library to open at ${files[0]} and at 2 other places.`,
    `There is no photo, folder or library to open at ${files[2]}.`,
  ])
})

test('of several dropped libraries the first is opened, and a message names the others', async ({ app }) => {
  const [first, ...others] = ['first.db', 'second.db', 'third.db'].map((name) => path.join(app.folder, name))
  if (first === undefined) throw new Error('there is one')
  for (const ending of ['', '-wal']) await copyFile(`${app.libraryFile}${ending}`, `${first}${ending}`)
  for (const file of others) await writeFile(file, '')
  await expect(app.page.getByRole('button', { name: 'Add folder' })).toBeVisible()
  await drop(app, [first, ...others], { x: 600, y: 300 })
  await expect(app.page.locator('.toast')).toHaveText(
    `One library is open at a time; ${others[0]} and 1 other were not opened.`,
  )
  expect(await app.client.library.summary({})).toMatchObject({ file: first })
})

test('a model that is dropped on the list of models is added', async ({ app }) => {
  const folder = await writeTinyModel(path.join(app.folder, 'dropped'))
  await app.page.getByRole('button', { name: 'Models' }).click()
  const box = await app.page.getByRole('group', { name: 'Add' }).boundingBox()
  if (box === null) throw new Error('there is no place to drop it')
  await drop(app, [folder], { x: box.x + box.width / 2, y: box.y + box.height / 2 })
  await expect
    .poll(async () => (await app.client.models.list({})).map(({ name }) => name))
    .toContain('dropped')
})

test('a core that crashes is started again, and the library is complete', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  await expect(app.page.getByRole('alertdialog')).toHaveCount(0)
  // What has happened lies over an open dialog, too.
  await app.page.keyboard.press('?')
  await expect(app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  expect(await killProcess(app, 'Labelroom core')).toBe(1)
  const cover = app.page.getByRole('alertdialog')
  await expect(cover).toBeVisible()
  await expect(cover.getByRole('button', { name: 'Save report…' })).toBeVisible()
  await app.page.getByRole('button', { name: /reload/i }).click()
  await expect(app.page.getByRole('navigation')).toBeVisible()
  expect(await app.client.library.summary({})).toMatchObject({ files: 3 })
})

test('a worker that crashes is started again, and the job ends', async ({ app }) => {
  const folder = await app.photos('holiday', 300)
  const model = await app.addTinyModel()
  const job = app.label({ folders: [folder], model: model.name })
  // Before it runs, a worker reads the model.
  const stateOf = async () => (await app.client.jobs.list({}))[0]?.state
  await expect.poll(stateOf, { intervals: [20] }).toBe('running')
  await expect.poll(() => killProcess(app, 'Labelroom inference')).toBeGreaterThan(0)
  expect(await job).toMatchObject({ state: 'done', counts: { files: 300 } })
})

test('a page that crashes can be loaded again', async ({ app }) => {
  await watchMessages(app)
  await mainOf(app).evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()
  })
  await expect.poll(() => messagesOf(app)).toHaveLength(1)
  const title = () =>
    mainOf(app).evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.title'),
    )
  await expect.poll(title).toContain('Labelroom')
})

test('the menu opens another library, and shows why one cannot be opened', async ({ app }) => {
  const other = path.join(app.folder, 'other.db')
  await app.answerDialog(other)
  await chooseInMenu(app, 'new-library')
  // The page is loaded again meanwhile, which ends calls of the old one.
  await expect(async () => {
    expect((await app.client.library.summary({})).file).toBe(other)
  }).toPass()
  await expect(app.page.getByRole('navigation')).toBeVisible()

  const foreign = path.join(app.folder, 'foreign.db')
  await writeFile(foreign, 'this is no library')
  await watchMessages(app)
  await app.answerDialog(foreign)
  await chooseInMenu(app, 'open-library')
  await expect.poll(() => messagesOf(app)).toEqual([expect.stringContaining(foreign)])
  expect(await app.client.library.summary({})).toMatchObject({ file: other })
})

test('a library that cannot be written is opened to be looked at and exported, and refuses changes', async ({
  app,
}) => {
  const drive = path.join(app.folder, 'read-only')
  await mkdir(drive)
  const mount = (...options: string[]) => spawnSync('mount', [...options, drive]).status === 0
  test.skip(!mount('-t', 'tmpfs', '-o', 'size=12m', 'tmpfs'), 'this needs the right to mount')
  try {
    const photos = await app.photos('holiday', 2)
    await app.client.library.scan({ folders: [photos] })
    const locked = path.join(drive, 'library.db')
    // What was saved last is in the log.
    for (const ending of ['', '-wal']) await copyFile(`${app.libraryFile}${ending}`, `${locked}${ending}`)
    expect(mount('-o', 'remount,ro')).toBe(true)
    await app.answerDialog(locked)
    await chooseInMenu(app, 'open-library')
    // The page is loaded again meanwhile, which ends calls of the old one.
    await expect(async () => {
      expect(await app.client.library.summary({})).toMatchObject({ file: locked, files: 2 })
    }).toPass()
    const file = path.join(app.folder, 'labels.csv')
    await app.answerDialog(file)
    await pickSaveFile(app)
    expect((await app.client.exports.write({ request: { folders: [photos] }, file })).rows).toBe(2)
    const photoIds = (await app.client.photos.list({ folder: photos })).flatMap(
      ({ photoId }) => photoId ?? [],
    )
    await expect(app.client.labels.confirm({ photoIds, name: 'cat' })).rejects.toThrow(
      /read-only.*cannot be written/,
    )
  } finally {
    spawnSync('umount', ['-l', drive])
  }
})

test('the menu is in the language of the app and opens its screens', async ({ app }) => {
  const labels = () =>
    mainOf(app).evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? [])
  await expect.poll(labels).toContain('&File')
  await app.client.settings.set({ language: 'zh-CN' })
  await expect.poll(labels).toContain('文件(&F)')
  await chooseInMenu(app, 'app.settings')
  await expect(app.page.getByRole('heading', { name: '设置' })).toBeVisible()
  await chooseInMenu(app, 'app.about')
  await expect(app.page.getByRole('dialog', { name: '关于 Labelroom' })).toBeVisible()
})

const undoText = (app: App) =>
  mainOf(app).evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('app.undo')?.label ?? '')

test('the menu Photo does with photos what their own menu does, and only what would do something', async ({
  app,
}) => {
  const { page, client } = app
  const canChoose = (ids: readonly string[]) =>
    mainOf(app).evaluate(
      ({ Menu }, wanted) =>
        wanted.filter((id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.enabled === true),
      ids,
    )
  const some = [
    'grid.open',
    'grid.copyLabels',
    'grid.pasteLabels',
    'grid.accept',
    'grid.stars4',
    'grid.reveal',
  ]
  await expect.poll(() => canChoose(['app.export', ...some])).toEqual(['app.export'])
  await client.library.scan({ folders: [await app.photos('holiday', 2)] })
  const cells = page.getByRole('gridcell')
  await expect(cells).toHaveCount(2)
  await expect.poll(() => canChoose(some)).toEqual(['grid.open', 'grid.stars4', 'grid.reveal'])
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: 2 })
  const photoIds = cards.flatMap(({ photoId }) => photoId ?? [])
  await client.labels.confirm({ photoIds: photoIds.slice(0, 1), name: 'trip' })
  await cells.first().click()
  await expect.poll(() => canChoose(some)).toContain('grid.copyLabels')
  // The same menu goes from photo to photo, so that one that is open stays open.
  await expect.poll(() => undoText(app)).toContain('trip')
  const made = await mainOf(app).evaluateHandle(({ Menu }) => Menu.getApplicationMenu())
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => canChoose(some)).not.toContain('grid.copyLabels')
  expect(await mainOf(app).evaluate(({ Menu }, menu) => Menu.getApplicationMenu() === menu, made)).toBe(true)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => canChoose(some)).toContain('grid.copyLabels')
  await chooseInMenu(app, 'grid.copyLabels')
  await expect.poll(() => canChoose(some)).toContain('grid.pasteLabels')
  // The photo in the viewer, not the one from which it was opened.
  await chooseInMenu(app, 'grid.open')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('dialog')).toContainText('2 of 2')
  await expect.poll(() => canChoose(some)).toEqual(['grid.pasteLabels', 'grid.stars4', 'grid.reveal'])
  await chooseInMenu(app, 'grid.pasteLabels')
  await expect.poll(async () => (await client.labels.on({ photoIds: photoIds.slice(1) })).length).toBe(1)
  await chooseInMenu(app, 'grid.stars4')
  await expect(
    page.getByRole('dialog').getByRole('button', { name: '4 stars', exact: true }),
  ).toHaveAttribute('aria-pressed', 'true')
  await chooseInMenu(app, 'grid.writeKeywords')
  await expect(page.getByText('Keywords of 1 photo written into its sidecar')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+2')
  await expect.poll(() => canChoose(some)).toEqual([])
})

test('a remapped key replaces the old one in the menu', async ({ app }) => {
  const acceleratorOf = (id: string) =>
    mainOf(app).evaluate(
      ({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.accelerator ?? null,
      id,
    )
  await expect.poll(() => acceleratorOf('app.export')).toBe('CmdOrCtrl+E')
  expect(await acceleratorOf('app.undo')).toBe('CmdOrCtrl+Z')
  await openScreen(app.page, 'Settings')
  const remap = async (command: string, key: string) => {
    await app.page.getByRole('button', { name: `Change the key for: ${command}` }).click()
    await app.page.keyboard.press(key)
  }
  await remap('Export', 'Control+k')
  await expect.poll(() => acceleratorOf('app.export')).toBe('CmdOrCtrl+K')
  await remap('Undo', 'Control+u')
  await expect.poll(() => acceleratorOf('app.undo')).toBe('CmdOrCtrl+U')
  // A plain key is text in a text field, so the menu must not take it.
  await remap('Import labels', 'g')
  await expect.poll(() => acceleratorOf('app.import')).toBe(null)
  await app.page.getByRole('button', { name: 'Reset all' }).click()
  await expect.poll(() => acceleratorOf('app.export')).toBe('CmdOrCtrl+E')
  expect(await acceleratorOf('app.import')).toBe('CmdOrCtrl+I')
})

test('the window opens where it was closed', async ({ app }) => {
  const bounds = { x: 120, y: 90, width: 1000, height: 700 }
  await mainOf(app).evaluate(({ BrowserWindow }, wanted) => {
    BrowserWindow.getAllWindows()[0]?.setBounds(wanted)
  }, bounds)
  await app.restart()
  const now = await mainOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(now).toEqual(bounds)
})

test('progress shows on the taskbar', async ({ app }) => {
  await mainOf(app).evaluate(({ BrowserWindow }) => {
    const shares: number[] = []
    Object.assign(globalThis, { shares })
    const [window] = BrowserWindow.getAllWindows()
    if (window !== undefined) window.setProgressBar = (share) => void shares.push(share)
  })
  await app.page.evaluate(async () => {
    const { bridge } = window as unknown as { bridge: { shell(request: object): Promise<unknown> } }
    for (const share of [0.5, null]) await bridge.shell({ method: 'shell.setProgress', input: { share } })
  })
  const shares = await mainOf(app).evaluate(() => (globalThis as unknown as { shares: number[] }).shares)
  expect(shares).toEqual([0.5, -1])
})

test('a job waits while the machine is on its battery, says so, and goes on by itself', async ({ app }) => {
  const setBattery = (isOn: boolean) =>
    mainOf(app).evaluate(({ powerMonitor }, wanted) => {
      powerMonitor.isOnBatteryPower = () => wanted
      powerMonitor.emit(wanted ? 'on-battery' : 'on-ac')
    }, isOn)
  const model = await app.addTinyModel()
  const folder = await app.photos('holiday', 5)
  await setBattery(true)
  const labelling = app.label({ folders: [folder], model: model.name })
  const status = app.page.getByRole('contentinfo')
  await expect(status).toContainText('battery')
  await expect(status.getByRole('button', { name: 'Go on anyway' })).toBeVisible()
  await setBattery(false)
  await labelling
  await expect(status).toContainText('5 labelled')
})
