// A library with pairs, sidecars and films in folders, whose photos are moved.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { FileId } from '../../../electron/contract/domain.ts'
import type { CoreClient } from '../../../electron/core/client.ts'
import { openTestCore } from '../../helpers/core.ts'
import { list, xmpPacket } from '../../helpers/metadata-bytes.ts'
import { rawFile } from '../../helpers/raw-files.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

export const jpeg = (red: number) =>
  sharp({ create: { width: 24, height: 16, channels: 3, background: { r: red, g: 90, b: 9 } } })
    .jpeg()
    .toBuffer()

export const sidecar = (word: string) => xmpPacket(list('dc:subject', 'Bag', word))

/** The numbers of files in a library. */
export function idsOf(library: string, paths: readonly string[]): FileId[] {
  const db = new Database(library, { readonly: true })
  const ids = paths.map((path) =>
    FileId.parse(db.prepare('SELECT id FROM file WHERE path = ?').pluck().get(path)),
  )
  db.close()
  return ids
}

/** Every file below the folder, by its path in it. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

/**
 * `2023/a`: a JPEG with its RAW file, its film, and three sidecars; `2023/b.jpg` and `2023/c.jpg`; `2024/x.jpg`.
 * @param folder where they lie.
 */
export async function writeLibrary(folder: string): Promise<void> {
  for (const name of ['2023', '2024']) mkdirSync(join(folder, name))
  const path = (name: string) => join(folder, name)
  writeFileSync(path('2023/a.jpg'), await jpeg(10))
  writeFileSync(path('2023/a.NEF'), rawFile('nef', { preview: await jpeg(10), sensor: Buffer.alloc(700, 1) }))
  writeFileSync(path('2023/a.mov'), 'film')
  writeFileSync(path('2023/a.jpg.xmp'), sidecar('owl'))
  writeFileSync(path('2023/a.NEF.xmp'), sidecar('raw owl'))
  writeFileSync(path('2023/a.xmp'), sidecar('lightroom owl'))
  writeFileSync(path('2023/b.jpg'), await jpeg(60))
  writeFileSync(path('2023/c.jpg'), await jpeg(110))
  writeFileSync(path('2024/x.jpg'), await jpeg(160))
}

export const shotA = ['a.NEF', 'a.NEF.xmp', 'a.jpg', 'a.jpg.xmp', 'a.mov', 'a.xmp']

/** The same, scanned. */
export async function openLibrary(folder = tempFolder()) {
  await writeLibrary(folder)
  const opened = openTestCore(tempFolder())
  const scan = () => opened.client.library.scan({ folders: [folder] })
  await scan()
  return {
    folder,
    path: (name: string) => join(folder, name),
    scan,
    ...opened,
    ...readers(opened.client, folder),
  }
}

export function readers(client: CoreClient, folder: string) {
  const cards = async () => (await client.browse.open({ filter: {}, sort: {}, first: 50 })).cards
  return {
    cards,
    /** The shown files by their paths in the folder, each with its labels. */
    shown: async () =>
      Object.fromEntries(
        (await cards()).map((card) => [
          card.path.slice(folder.length + 1),
          card.labels.filter(({ state }) => state === 'confirmed').map(({ name }) => name),
        ]),
      ),
    idOf: async (name: string): Promise<FileId> => {
      const card = (await cards()).find(({ path }) => path === join(folder, name))
      if (card === undefined) throw new Error(`${name} is not shown`)
      return card.fileId
    },
  }
}
