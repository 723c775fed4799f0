// Files that swap their names while size and date stay the same.
import { linkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PhotoId } from '../../electron/contract/domain.ts'
import { findChange } from '../../electron/core/exports/place-photo.ts'
import { isSameStamp, stampOf } from '../../electron/common/file-stamp.ts'
import { ingestFolders } from '../../electron/core/library/ingest.ts'
import { english } from '../../electron/texts/message.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { collect, tempStore } from '../core/store/helpers.ts'

test('photos of one size and one date that swap their names keep their labels', async () => {
  const folder = tempFolder()
  const store = tempStore()
  const path = (name: string) => join(folder, name)
  const photoOf = (name: string) => PhotoId.parse(store.files.find(path(name))?.photoId)
  const scan = () => collect(ingestFolders(store, [folder]))
  const setDates = () => {
    for (const name of ['a.bmp', 'b.bmp']) utimesSync(path(name), 1_700_000_000, 1_700_000_000)
  }
  for (const name of ['a.bmp', 'b.bmp']) writeFileSync(path(name), `content of ${name}`)
  setDates()
  await scan()
  const [a, b] = [photoOf('a.bmp'), photoOf('b.bmp')]
  store.annotations.confirm([a], 'mine')
  renameSync(path('a.bmp'), path('c.bmp'))
  renameSync(path('b.bmp'), path('a.bmp'))
  renameSync(path('c.bmp'), path('b.bmp'))
  const known = store.files.ofPhoto(a)[0]
  if (known === undefined) throw new Error('no file')
  const change = await findChange(known)
  expect(change && english(change)).toMatch(/changed/)
  await scan()
  expect([photoOf('a.bmp'), photoOf('b.bmp')]).toEqual([b, a])
  // The file system may use the inode of a deleted file for a new one.
  rmSync(path('b.bmp'))
  writeFileSync(path('b.bmp'), 'content of c.bmp')
  setDates()
  await scan()
  expect(photoOf('b.bmp')).not.toBe(a)
  // Changed permissions or links alone, or a drive that numbers its files anew, are no reason to hash files again.
  linkSync(path('a.bmp'), path('d.bmp'))
  const stored = store.files.find(path('a.bmp'))
  const now = stampOf(statSync(path('a.bmp')))
  expect(stored?.changedAtMs).not.toBe(now.changedAtMs)
  expect(stored !== null && isSameStamp(stored, now)).toBe(true)
  expect(isSameStamp(now, { ...now, inode: 1 })).toBe(true)
  expect(isSameStamp({ ...now, inode: null, createdAtMs: null, changedAtMs: null }, now)).toBe(true)
})
