// Rows of photos are laid out before any picture is made: by the size and the orientation that files name.
import { join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import type { FileId } from '../../../electron/contract/domain.ts'
import { ingestFolders } from '../../../electron/core/library/ingest.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { collect, tempStore } from '../store/helpers.ts'

test('a turned photo has its displayed shape from the scan on, and in an older library from the next one on, though its file is unchanged', async () => {
  const folder = tempFolder()
  const write = (name: string, orientation: number, background: string) =>
    sharp({ create: { width: 60, height: 40, channels: 3, background } })
      .withMetadata({ orientation })
      .toFile(join(folder, name))
  await write('a plain.jpg', 1, 'red')
  await write('b upside down.jpg', 3, 'green')
  await write('c turned.jpg', 6, 'blue')
  await write('d turned.avif', 8, 'teal')
  const file = join(tempFolder(), 'library.sqlite')
  const first = openStore({ file })
  await collect(ingestFolders(first, [folder]))
  const raw = new Database(file)
  const ids = raw.prepare('SELECT id FROM file ORDER BY path').pluck().all() as FileId[]
  const shown = [1500, 1500, 667, 667]
  expect(first.shapes.ratios(ids)).toEqual(shown)
  first.close()
  raw.exec('UPDATE photo SET is_turned = NULL')
  raw.close()
  const older = tempStore(file)
  expect(older.shapes.ratios(ids)).toEqual([1500, 1500, 1500, 1500])
  await collect(ingestFolders(older, [folder]))
  expect(older.shapes.ratios(ids)).toEqual(shown)
})
