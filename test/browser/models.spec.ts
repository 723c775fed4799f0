// Models: added from this machine, looked into, made the default, removed; and downloaded from a hub.
import { readFile, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { startHub, type HubServer } from '../helpers/hub-server.ts'
import { tinyHubFiles } from '../helpers/tiny-hub-files.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import type { App } from './fixtures.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { chooseFolder } from './support/choose.ts'
import { holdNext } from './support/hold-call.ts'
import { openScreen } from './support/screens.ts'

const add = (app: App, folder: string): Promise<void> =>
  chooseFolder(app, app.page.getByRole('button', { name: 'Add folder…' }), folder)

test(
  'a corrupt model is refused with a sentence, and a sound one is added, shown and removed',
  { tag: '@electron' },
  async ({ app }) => {
    const { page } = app
    await openScreen(page, 'Models')
    const broken = await writeTinyModel(path.join(app.folder, 'broken'))
    const weights = path.join(broken, 'model.safetensors')
    await writeFile(weights, (await readFile(weights)).subarray(0, 2000))
    await add(app, broken)
    const group = page.getByRole('group', { name: 'Add model' })
    await expect(group.getByRole('alert')).toContainText('model.safetensors')
    await expectAccessible(page)

    await add(app, await writeTinyModel(path.join(app.folder, 'small animals')))
    const table = page.getByRole('table')
    const row = table.getByRole('row', { name: 'small animals' })
    await expect(row).toContainText('ViT checkpoint')
    await expect(row).toContainText('32 × 32')
    const details = page.getByRole('complementary', { name: 'Details of small animals' })
    await expect(details).toContainText('fp32, fp16, int8')
    await details.getByRole('searchbox', { name: 'Search classes' }).fill('el')
    await expect(details.getByRole('listitem')).toHaveText(['4 elk'])
    await expectAccessible(page)

    await details.getByRole('button', { name: 'Remove' }).click()
    const question = page.getByRole('dialog', { name: 'Remove small animals?' })
    await expectAccessible(page)
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(row).toBeVisible()
    await details.getByRole('button', { name: 'Remove' }).click()
    await question.getByRole('button', { name: 'Remove' }).click()
    await expect(row).toBeHidden()
  },
)

test('classes of one name count as one, in the table as in the details, which say so', async ({ app }) => {
  const { page } = app
  const model = await writeTinyModel(path.join(app.folder, 'shared'))
  await writeFile(
    path.join(model, 'labels.json'),
    JSON.stringify(['ant', 'bee', 'cat', 'dog', 'cat', 'dog', 'cat']),
  )
  expect(await app.client.models.add({ path: model })).toMatchObject({ classes: 7, labelCount: 4 })
  await openScreen(page, 'Models')
  await expect(
    page.getByRole('row', { name: 'shared' }).getByRole('cell', { name: '4', exact: true }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'shared', exact: true }).click()
  const details = page.getByRole('complementary', { name: 'Details of shared' })
  await expect(details.getByRole('heading', { name: 'Knows 4 classes' })).toBeVisible()
  await expect(details).toContainText('It tells 7 kinds of things apart.')
})

test('the next job uses the default model', async ({ app }) => {
  const { page } = app
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  // The largest that was added is used where none is the default.
  await app.addTinyModel('other')
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'Labelroom’s model', exact: true }).click()
  await page.getByRole('button', { name: 'Make default' }).click()
  await expect(page.getByRole('row', { name: /Labelroom’s model.*Default/ })).toBeVisible()
  await page.keyboard.press('ControlOrMeta+l')
  const dialog = page.getByRole('dialog', { name: 'Label photos' })
  await expect(dialog.getByRole('combobox', { name: 'Model' }).locator('option:checked')).toContainText(
    'Labelroom’s model',
  )
  await dialog.getByRole('button', { name: 'Start labelling' }).click()
  await expect(page.getByRole('contentinfo')).toContainText('Labelling finished')
  const [card] = await firstCard(app)
  expect(card?.labels[0]?.modelName).toBe('bundled')
})

test('what a model is offered does something: the default is not made so again, nothing is cleared twice', async ({
  app,
}) => {
  const { page } = app
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'Labelroom’s model', exact: true }).click()
  const details = page.getByRole('complementary')
  await expect(details).toContainText('Default model. It came with Labelroom.')
  await expect(details.getByRole('button', { name: 'Make default' })).toHaveCount(0)
  const { name } = await app.addTinyModel('mine')
  await page.reload()
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'mine', exact: true }).click()
  // The largest that was added.
  await expect(details).toContainText('Default model.')
  await page.getByRole('button', { name: 'Labelroom’s model', exact: true }).click()
  await details.getByRole('button', { name: 'Make default' }).click()
  await expect(details.getByRole('button', { name: 'Default model', pressed: true })).toBeVisible()

  await page.getByRole('button', { name: 'mine', exact: true }).click()
  const clear = details.getByRole('button', { name: 'Clear suggestions' })
  await expect(clear).toBeDisabled()
  await app.label({ folders: [await app.photos('holiday', 2)], model: name })
  await expect(clear).toBeEnabled()
  await clear.click()
  await expect(clear).toBeDisabled()
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
  await expect(clear).toBeEnabled()
})

async function firstCard({ client }: App) {
  const { viewId } = await client.browse.open({ filter: {}, sort: {} })
  return client.browse.window({ viewId, offset: 0, limit: 1 })
}

const withHub = test.extend<{ hub: HubServer }>({
  hub: async ({ host }, use, testInfo) => {
    const hub = await startHub(
      await tinyHubFiles(testInfo.outputPath(`hub for ${host.kind}`), { classes: 1000 }),
    )
    await use(hub)
    hub.close()
  },
  env: async ({ hub }, use) => use({ HF_ENDPOINT: hub.url }),
})

/** In pieces, so that progress is told on the way; then nothing more comes. */
function sendSlowly(response: ServerResponse, bytes: Buffer): void {
  const piece = Math.ceil(bytes.length / 10)
  let sent = 0
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, (sent += piece)))
    else clearInterval(timer)
  }, 120)
}

withHub('a model of the catalogue is downloaded, stopped half-way and resumed', async ({ app, hub }) => {
  const { page } = app
  await openScreen(page, 'Models')
  const entry = page.getByRole('listitem', { name: 'DeiT tiny' })
  await expect(entry).toContainText('Apache-2.0')
  await expect(entry).toContainText('72.2% top-1 on ImageNet-1k, as published')
  const weights = hub.files.get('model.safetensors') ?? Buffer.alloc(0)
  const half = Math.floor(weights.length / 2)
  hub.misbehave = (request, response) => {
    if (request.method !== 'GET' || request.url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length })
    sendSlowly(response, weights.subarray(0, half))
    return true
  }
  await entry.getByRole('button', { name: 'Download DeiT tiny' }).click()
  await expect(entry.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^[45]\d$/)
  await expectAccessible(page)
  await entry.getByRole('button', { name: 'Cancel the download of DeiT tiny' }).click()
  await expect(entry.getByRole('progressbar')).toBeHidden()
  hub.misbehave = null
  await entry.getByRole('button', { name: 'Resume the download of DeiT tiny' }).click()
  await expect(entry).toContainText('Installed')
  expect(hub.log.at(-1)).toBe(`store GET /model.safetensors bytes=${half}-`)
  const row = page.getByRole('row', { name: 'deit-tiny' })
  await expect(row).toContainText('1,000')
  await expect(row).toContainText('Apache-2.0')
})

withHub('a download that is cancelled while the list is read again stays cancelled', async ({ app, hub }) => {
  test.skip(app.kind === 'electron', 'there is no network there that a call could be held on')
  const { page } = app
  await app.addTinyModel('mine')
  await openScreen(page, 'Models')
  const entry = page.getByRole('listitem', { name: 'DeiT tiny' })
  const weights = hub.files.get('model.safetensors') ?? Buffer.alloc(0)
  hub.misbehave = (request, response) => {
    if (request.method !== 'GET' || request.url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length })
    response.write(weights.subarray(0, weights.length / 2))
    return true
  }
  await entry.getByRole('button', { name: 'Download DeiT tiny' }).click()
  await expect(entry.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^\d+$/)
  await page.getByRole('button', { name: 'Labelroom’s model', exact: true }).click()
  const { reached, release } = await holdNext(app, 'models.best')
  await page.getByRole('button', { name: 'Make default' }).click()
  await reached
  await entry.getByRole('button', { name: 'Cancel the download of DeiT tiny' }).click()
  await expect(entry.getByRole('progressbar')).toBeHidden()
  hub.log.length = 0
  release()
  await page.getByRole('button', { name: 'Default model' }).click()
  await expect(page.getByRole('button', { name: 'Make default' })).toBeVisible()
  await expect(entry.getByRole('progressbar')).toBeHidden()
  expect(hub.log).toEqual([])
})

withHub('a download that fails says why, where it was asked for', async ({ app, hub }) => {
  await openScreen(app.page, 'Models')
  const entry = app.page.getByRole('listitem', { name: 'DeiT tiny' })
  hub.misbehave = (_, response) => {
    response.writeHead(404).end()
    return true
  }
  await entry.getByRole('button', { name: 'Download DeiT tiny' }).click()
  await expect(entry.getByRole('alert')).not.toBeEmpty()
  // Nothing came that could be resumed.
  await expect(entry.getByRole('button', { name: 'Try again to download DeiT tiny' })).toBeEnabled()
})
