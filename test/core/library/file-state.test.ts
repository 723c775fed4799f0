// Files that take each other's place without another size or date.
import { linkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PhotoId } from '../../../electron/contract/domain.ts'
import { findChange } from '../../../electron/core/export/place-photo.ts'
import { isSameState, stateOfFile } from '../../../electron/core/library/file-state.ts'
import { ingestFolders } from '../../../electron/core/library/ingest.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { collect, tempStore } from '../store/helpers.ts'

test('photos of one size and one date that change their names with each other take their labels along', async () => {
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
  expect(await findChange(known)).toMatch(/changed/)
  await scan()
  expect([photoOf('a.bmp'), photoOf('b.bmp')]).toEqual([b, a])
  // The number of a deleted file is given again.
  rmSync(path('b.bmp'))
  writeFileSync(path('b.bmp'), 'content of c.bmp')
  setDates()
  await scan()
  expect(photoOf('b.bmp')).not.toBe(a)
  // What rights and links change, or what a drive that numbers its files anew does, is no reason to read all again.
  linkSync(path('a.bmp'), path('d.bmp'))
  const again = store.files.find(path('a.bmp'))
  const now = stateOfFile(statSync(path('a.bmp')))
  expect(again?.changedAtMs).not.toBe(now.changedAtMs)
  expect(again !== null && isSameState(again, now)).toBe(true)
  expect(isSameState(now, { ...now, inode: 1 })).toBe(true)
  expect(isSameState({ ...now, inode: null, createdAtMs: null, changedAtMs: null }, now)).toBe(true)
})
