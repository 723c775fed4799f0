// Every screen but those of layout.spec.ts, and every dialog, in both languages and in windows of three sizes: nothing is
// too small to press, cut off, over other things or a scroll bar within another.
import { expect, test, type App } from './fixtures.ts'
import { expectSoundLayout } from './support/layout-faults.ts'

const label = 'animal/a bird whose name is longer than any list is wide/一种名字很长的鸟'

async function fill(app: App): Promise<void> {
  const folder = await app.photos('照片 of a holiday that has a name which is longer than the sidebar', 24)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  const { photoIds } = await app.client.browse.ids({ viewId, from: 0, to: total })
  const known = photoIds.flatMap((id) => id ?? [])
  for (let at = 0; at < 3; at++)
    await app.client.labels.confirm({
      photoIds: known.slice(at * 6, at * 6 + 6),
      name: at === 0 ? label : `label ${at}`,
    })
  await app.client.heads.train({})
}

const key = (name: string) => (app: App) => app.page.keyboard.press(name)
const tab = (at: number) => async (app: App) => {
  await app.page.keyboard.press('ControlOrMeta+3')
  await app.page.getByRole('tab').nth(at).click()
}
const press =
  (role: 'button' | 'menuitem', ...names: string[]) =>
  async (app: App) => {
    for (const name of names)
      await app.page
        .getByRole(role, { name: new RegExp(`^(${name})`) })
        .first()
        .click()
  }
/** How each is opened, whatever the language. */
const screens: Readonly<Record<string, (app: App) => Promise<unknown>>> = {
  library: key('ControlOrMeta+1'),
  review: key('ControlOrMeta+2'),
  'your model': tab(0),
  groups: tab(1),
  map: tab(2),
  models: async (app) => {
    await app.page.keyboard.press('ControlOrMeta+4')
    await app.page.getByRole('row').nth(1).click()
  },
  settings: key('ControlOrMeta+,'),
}
const dialogs: Readonly<Record<string, (app: App) => Promise<unknown>>> = {
  label: key('ControlOrMeta+l'),
  import: key('ControlOrMeta+i'),
  export: key('ControlOrMeta+e'),
  'dataset export': async (app) => {
    await app.page.keyboard.press('ControlOrMeta+e')
    await app.page.getByRole('radio', { name: /Training elsewhere|用于其他工具训练/ }).check()
  },
  'writing keywords': async (app) => {
    await app.page.keyboard.press('ControlOrMeta+e')
    await press('button', 'For Lightroom|供 Lightroom')(app)
  },
  rules: press('button', 'Rules…|规则…'),
  labels: press('button', 'Manage labels|管理标签'),
  about: async (app) => {
    await app.page.keyboard.press('ControlOrMeta+,')
    await press('button', 'About|关于')(app)
  },
  'model to export': async (app) => {
    await tab(0)(app)
    await press('button', 'Export model|导出模型')(app)
  },
  shortcuts: key('?'),
  'add folder': key('ControlOrMeta+o'),
}

for (const language of ['en', 'zh-CN'] as const)
  test.describe(`in ${language}`, () => {
    test.use({ homeFiles: { 'settings.json': JSON.stringify({ language }) } })
    test(`no screen and no dialog looks unfinished in ${language}`, async ({ app }) => {
      test.skip(app.kind === 'electron', 'the size of a window of Electron is not that of its page')
      await fill(app)
      const { page } = app
      await page.reload()
      const look = async (name: string, open: (app: App) => Promise<unknown>) => {
        await open(app)
        const wide = { width: 1280, height: 800 }
        // The smallest window, and the first one at a zoom of 200 %.
        for (const size of [wide, { width: 800, height: 560 }, { width: 640, height: 400 }]) {
          await page.setViewportSize(size)
          await expectSoundLayout(page, `${name}, ${size.width} x ${size.height}`)
        }
        await page.setViewportSize(wide)
      }
      for (const [name, open] of Object.entries(screens)) await look(name, open)
      await page.keyboard.press('ControlOrMeta+1')
      for (const [name, open] of Object.entries(dialogs)) {
        await look(name, open)
        await page.keyboard.press('Escape')
        await expect(page.getByRole('dialog')).toHaveCount(0)
      }
    })
  })
