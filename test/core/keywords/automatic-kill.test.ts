// An app that is killed while keywords follow the labels loses none: the next start writes what was left.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, watch } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const script = fileURLToPath(new URL('label-until-killed.ts', import.meta.url))
const photos = 60

/** Kills the app at the n-th sign of a sidecar. */
async function labelAndKill(home: string, folder: string, signs: number): Promise<void> {
  const app = spawn(process.execPath, [script, path.join(home, 'library.db'), path.join(home, 'cache')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(app, 'exit')
  let seen = 0
  const watcher = watch(folder, () => {
    if (++seen === signs) app.kill('SIGKILL')
  })
  const [code] = (await ended) as [number | null]
  watcher.close()
  // It never ends by itself but with an error.
  expect(code).toBeNull()
}

test('an app that is killed while it labels and writes leaves whole sidecars, and the next start brings each up to its labels', async () => {
  const [folder, home] = [tempFolder(), tempFolder()]
  for (let index = 0; index < photos; index++)
    await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: index * 4, g: 9, b: 9 } } })
      .jpeg()
      .toFile(path.join(folder, `${index}.jpg`))
  const first = openTestCore(home)
  await first.client.library.scan({ folders: [folder] })
  await first.client.settings.set({
    keywordWriting: { target: 'sidecar', autoAbove: null, isAutomatic: true },
  })
  await first.close()
  for (const signs of [1, 40, 90]) await labelAndKill(home, folder, signs)

  const looked = openTestCore(home)
  // Without the app nothing is written: it still waits.
  const { waiting } = await looked.client.keywords.pending({})
  expect(waiting).toBeGreaterThan(0)
  await looked.close()

  const { client, core } = openTestCore(home, { isBackedUpDaily: true })
  await new Promise<void>((resolve) => {
    core.events.subscribe('keywords.pending', (state) => {
      if (state.waiting === 0) resolve()
    })
  })
  const { cards } = await client.browse.open({ filter: {}, sort: {}, first: photos })
  for (const { path: file, labels } of cards) {
    const [label] = labels.filter(({ state }) => state === 'confirmed')
    const text = existsSync(`${file}.xmp`) ? readFileSync(`${file}.xmp`, 'utf8') : null
    const words = [...(text?.matchAll(/<rdf:li>(.*?)<\/rdf:li>/g) ?? [])].map(([, word]) => word)
    expect([file, [...new Set(words)]]).toEqual([file, label === undefined ? [] : [label.name]])
  }
  expect((await client.keywords.plan({})).unchanged).toBe(photos)
})
