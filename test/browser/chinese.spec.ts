// The app in Chinese: what the core says is Chinese too, wherever the window shows it.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { expect, test, type App } from './fixtures.ts'
import { chooseFolder } from './support/choose.ts'
import { expectAccessible } from './support/axe.ts'

test.use({ homeFiles: { 'settings.json': JSON.stringify({ language: 'zh-CN' }) } })

const open = (app: App, screen: string) =>
  app.page.getByRole('navigation', { name: '页面' }).getByRole('button', { name: screen }).click()

test('reasons why files are not photos are in Chinese', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await writeFile(path.join(folder, 'broken.jpg'), 'this is no JPEG')
  await writeFile(path.join(folder, 'letter.docx'), 'this is no photo')
  await writeFile(path.join(folder, 'raw.crw'), 'this is not supported')
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await app.page.getByRole('button', { name: /^失败 1/ }).click()
  await expect(app.page.getByText('文件内容不是 Labelroom 能打开的照片格式。')).toBeVisible()
  await app.page.getByRole('button', { name: /^已跳过 2/ }).click()
  await expect(app.page.getByText('文档不是照片。')).toBeVisible()
  await expect(app.page.getByText('不支持这种相机 RAW 文件，请将照片导出为 JPEG。')).toBeVisible()
  await expectAccessible(app.page)
})

const addModel = (app: App, folder: string): Promise<void> =>
  chooseFolder(app, app.page.getByRole('button', { name: '添加文件夹…' }), folder)

test('the error of a damaged model and the details of a sound one are in Chinese', async ({ app }) => {
  const damaged = await writeTinyModel(path.join(app.folder, 'damaged'))
  await writeFile(path.join(damaged, 'model.safetensors'), 'these are no weights')
  await open(app, '模型')
  await addModel(app, damaged)
  await expect(
    app.page.getByRole('alert').filter({ hasText: /model\.safetensors.*请重新下载或复制。/ }),
  ).toBeVisible()
  await addModel(app, await writeTinyModel(path.join(app.folder, 'sound')))
  await expect(app.page.getByRole('complementary')).toContainText('ViT（timm 命名），图块 8')
})

test(
  'errors of a missing folder and of an export without a folder are in Chinese',
  { tag: '@electron' },
  async ({ app }) => {
    const folder = await app.photos('holiday', 2)
    await app.client.library.scan({ folders: [folder] })
    if (app.kind === 'chromium') {
      await app.page.getByRole('button', { name: '添加文件夹' }).first().click()
      const dialog = app.page.getByRole('dialog')
      await expect(dialog.getByRole('textbox')).not.toHaveValue('')
      await dialog.getByRole('textbox').fill('/no/such/folder')
      await dialog.getByRole('button', { name: '选择此文件夹', exact: true }).click()
      await expect(dialog.getByRole('alert')).toHaveText('没有文件夹“/no/such/folder”。')
      // The browser has its own place for what it saves.
      return
    }
    const { cards } = await app.client.browse.open({ filter: {}, sort: {}, first: 1 })
    await app.client.labels.confirm({ photoIds: cards.flatMap(({ photoId }) => photoId ?? []), name: '猫' })
    await app.page.keyboard.press('ControlOrMeta+e')
    const exporting = app.page.getByRole('dialog', { name: '导出' })
    const file = path.join(folder, 'no folder', 'labels.csv')
    await app.answerDialog(file)
    await exporting.getByRole('button', { name: '选择…' }).click()
    await exporting.getByRole('button', { name: '导出', exact: true }).click()
    await expect(exporting.getByRole('alert')).toHaveText(`无法写入 ${file}（ENOENT）。请选择其他位置。`)
  },
)

test.describe('a download', () => {
  // A port that nothing listens on.
  test.use({ env: { HF_ENDPOINT: 'http://127.0.0.1:9' } })

  test('shows in Chinese that no hub was found', async ({ app }) => {
    await open(app, '模型')
    const entry = app.page.getByRole('listitem', { name: 'DeiT tiny' })
    await entry.getByRole('button', { name: '下载 DeiT tiny' }).click()
    await expect(entry.getByRole('alert')).toHaveText(
      '无法连接到 127.0.0.1:9（ECONNREFUSED）。请检查网络和代理设置，然后重新下载。',
    )
  })
})

test('the message of a call that fails is in Chinese', async ({ app }) => {
  const folder = await app.photos('holiday', 2)
  await app.client.library.scan({ folders: [folder] })
  await app.page.getByRole('gridcell').first().click()
  await app.page.getByRole('button', { name: '查找相似照片' }).click()
  await expect(app.page.getByRole('alert')).toContainText(/还没有照片具有嵌入向量|还没有此模型的嵌入向量/)
})

test('Chinese class names of a model become suggestions and labels, and one undo restores the old ones', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 6)
  const model = await writeTinyModel(path.join(app.folder, 'tiny'))
  await writeFile(
    path.join(model, 'labels.zh-CN.json'),
    JSON.stringify(['蚂蚁', '蜜蜂', '猫', '狗', '麋鹿', '狐狸', '角马']),
  )
  await app.client.models.add({ path: model })
  await app.label({ folders: [folder], model: 'tiny' })
  await app.client.rules.set({ rules: { mapping: [{ from: 'cat', to: '我的猫' }] } })
  const shown = async () => {
    const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
    const cards = await app.client.browse.window({ viewId, offset: 0, limit: total })
    return new Set(cards.flatMap(({ labels }) => labels.map(({ name }) => name)))
  }
  const before = await shown()
  expect(before).toContain('dog')
  await open(app, '审核')
  await app.page.getByRole('button', { name: '阈值与名称' }).click()
  const dialog = app.page.getByRole('dialog', { name: '阈值与名称' })
  await dialog.getByRole('button', { name: /^填入 \d+ 个中文名称$/ }).click()
  await dialog.getByRole('searchbox').fill('dog')
  await expect(dialog.getByRole('textbox', { name: '狗 的自定义名称', exact: true })).toHaveValue('狗')
  await dialog.getByRole('searchbox').fill('cat')
  await expect(dialog.getByRole('textbox', { name: '猫 的自定义名称', exact: true })).toHaveValue('我的猫')
  await expect(dialog.getByRole('status')).toContainText('6 张中有 6 张仍有建议')
  await expect(dialog.getByRole('button', { name: /^填入/ })).toBeHidden()
  await expectAccessible(app.page)
  await dialog.getByRole('button', { name: '应用' }).click()
  await expect(dialog).toBeHidden()
  const after = [...(await shown())]
  expect(after).toContain('狗')
  expect(after.filter((name) => !/\p{Script=Han}/u.test(name))).toEqual([])
  await app.page.getByRole('status').getByRole('button', { name: '撤销' }).click()
  await expect.poll(shown).toEqual(before)
})
