// A library that cannot be opened when the app starts: the sentence, and the way on.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from '../fixtures.ts'

/** Answers the dialogs before the app can show one: again, then another library. */
const answers = `
import { appendFileSync } from 'node:fs'
import { dialog } from 'electron'
const home = process.env.LABELROOM_HOME
let asked = 0
dialog.showMessageBox = (options) => {
  appendFileSync(home + '/asked.jsonl', JSON.stringify(options) + '\\n')
  return Promise.resolve({ response: asked++ === 0 ? 1 : 0, checkboxChecked: false })
}
dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [home + '/another.db'] })
`

test.use({
  homeFiles: { 'library.db': 'this is no library', 'first.mjs': answers },
  env: { LABELROOM_TEST_FIRST: 'first.mjs' },
})

test.describe('at a start in Chinese', () => {
  test.use({
    homeFiles: {
      'library.db': 'this is no library',
      'first.mjs': answers,
      'settings.json': JSON.stringify({ language: 'zh-CN' }),
    },
  })

  test('the dialogs and the menu speak the language of the settings', async ({ app }) => {
    const asked = (await readFile(path.join(app.home, 'asked.jsonl'), 'utf8')).trim().split('\n')
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({
      message: '无法打开图库',
      detail: `“${app.libraryFile}”不是 Labelroom 图库，未作任何改动。请选择其他文件作为图库。`,
      buttons: ['选择其他图库', '重试', '退出'],
    })
    const menu = await app.electron?.evaluate(({ Menu }) => {
      const labels = (items: Electron.MenuItem[]): string[] =>
        items.flatMap(({ label, submenu }) => [label, ...labels(submenu?.items ?? [])])
      return labels(Menu.getApplicationMenu()?.items ?? [])
    })
    expect(menu).toContain('添加文件夹…')
    // Names of files and numbers of stars have no language.
    const words = menu?.filter((label) => label !== '' && !label.endsWith('.db') && !/^\d$/.test(label)) ?? []
    expect(words.filter((label) => !/\p{Script=Han}/u.test(label))).toEqual([])
  })
})

test('the user can try again or choose another library', async ({ app }) => {
  expect(await app.client.library.summary({})).toMatchObject({ file: path.join(app.home, 'another.db') })
  const asked = (await readFile(path.join(app.home, 'asked.jsonl'), 'utf8')).trim().split('\n')
  expect(asked).toHaveLength(2)
  expect(JSON.parse(asked[0] ?? '')).toMatchObject({
    detail: expect.stringContaining('is not a Labelroom library'),
    buttons: ['Choose another library', 'Try again', 'Quit'],
  })
  expect(await readFile(app.libraryFile, 'utf8')).toBe('this is no library')
})

/** Damages the library before the app reads it where a file asks for that, and answers each dialog with its first button. */
const damage = `
import { appendFileSync, existsSync, openSync, rmSync, writeSync } from 'node:fs'
import { dialog } from 'electron'
const home = process.env.LABELROOM_HOME
if (existsSync(home + '/damage-it')) {
  rmSync(home + '/damage-it')
  writeSync(openSync(home + '/library.db', 'r+'), Buffer.alloc(80_000, 255), 0, 80_000, 4096)
}
dialog.showMessageBox = (options) => {
  appendFileSync(home + '/asked.jsonl', JSON.stringify(options) + '\\n')
  return Promise.resolve({ response: 0, checkboxChecked: false })
}
`

test.describe('with a backup', () => {
  test.use({ homeFiles: { 'first.mjs': damage } })

  test('a damaged library is restored from its backup, and what is left of it is kept', async ({ app }) => {
    const folder = await app.photos('holiday', 2)
    await app.client.library.scan({ folders: [folder] })
    const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
    await app.client.labels.confirm({ photoIds, name: 'heron' })
    await app.client.backups.create({})
    await writeFile(path.join(app.home, 'damage-it'), '')
    await app.restart()
    const [asked] = (await readFile(path.join(app.home, 'asked.jsonl'), 'utf8')).trim().split('\n')
    expect(JSON.parse(asked ?? '')).toMatchObject({
      detail: expect.stringMatching(/is damaged .* Restore the backup/),
      buttons: [
        expect.stringMatching(/^Restore the backup of /),
        'Choose another library',
        'Try again',
        'Quit',
      ],
      defaultId: 0,
      cancelId: 3,
    })
    expect(await app.client.labels.list({})).toEqual([
      expect.objectContaining({ name: 'heron', confirmed: 2 }),
    ])
    const kept = await readdir(path.join(app.home, 'backups'))
    expect(kept.filter((name) => name.endsWith('-damaged.db'))).toHaveLength(1)
  })
})
