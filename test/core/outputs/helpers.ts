// A library with photos, a model, a built graph and settings, whose every file must survive every export.
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { prepareGraph } from '../../../models/prepare.ts'
import { readModelFolder } from '../../../models/model-folder.ts'
import { openTestCore } from '../../helpers/core.ts'
import { writePhotos } from '../../helpers/photos.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { writeTinyModel } from '../../helpers/tiny-model.ts'
import type { CoreOptions } from '../../../electron/core/core.ts'
import { openStore } from '../../../electron/core/store/db.ts'

export async function setUpOutputs(options: Partial<CoreOptions> = {}) {
  const root = tempFolder()
  const [home, photos, out] = ['home', 'photos', 'out'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ]
  for (const folder of [home, out]) mkdirSync(folder)
  await writePhotos(photos, 3)
  await writeFile(path.join(photos, 'broken.jpg'), 'no photo')
  const model = await writeTinyModel(path.join(root, 'tiny'))
  const other = path.join(root, 'other.sqlite')
  openStore({ file: other }).close()
  const recent = path.join(root, 'recent.db')
  openStore({ file: recent }).close()
  const windowState = path.join(home, 'window.json')
  await writeFile(windowState, '{}')
  const { core, client, close } = openTestCore(home, {
    ...options,
    hostFiles: {
      ownFiles: () => Promise.resolve([windowState]),
      libraries: () => Promise.resolve([recent]),
      unlistedFolder: null,
    },
  })
  await client.library.scan({ folders: [photos] })
  await client.models.add({ path: model })
  await client.settings.set({ tileSizePx: 200 })
  const graph = await prepareGraph(await readModelFolder(model), {
    precision: 'fp32',
    cacheDir: path.join(home, 'cache'),
  })
  const write = (file: string, overwrite = true) => client.exports.write({ request: {}, file, overwrite })
  return {
    root,
    home,
    photos,
    out,
    model,
    other,
    recent,
    windowState,
    graph: graph.file,
    core,
    client,
    close,
    write,
  }
}

/** Content of every file below a folder but those of a library that is open, which its own program changes. */
export function contents(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((name) => !name.includes('library.db'))
  return Object.fromEntries(
    names.map((name) => [name, createHash('sha256').update(readFileSync(name)).digest('hex')]),
  )
}
