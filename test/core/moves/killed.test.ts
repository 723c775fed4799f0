// A move that is killed between two steps loses nothing: the next start finishes it, or takes it back.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openTestCore } from '../../helpers/core.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { filesIn, readers, shotA, writeLibrary } from './helpers.ts'

const script = fileURLToPath(new URL('move-until-killed.ts', import.meta.url))

/** Moves `a` and `b` out of 2023, and is killed before or after the n-th call of this kind. */
async function moveAndKill(folder: string, library: string, call: string, when: string, drives: string) {
  const mover = spawn(process.execPath, [script, folder, library, call, when, drives], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(mover, 'exit')) as [number | null, string | null]
  expect([code, signal]).toEqual([null, 'SIGKILL'])
}

const atA = ['2023/b.jpg', '2023/c.jpg']
const back = [...shotA.map((name) => `2023/${name}`), ...atA, '2024/x.jpg']
const aMoved = [...atA, ...[...shotA, 'x.jpg'].map((name) => `2024/${name}`)]
const withB = ['2023/c.jpg', ...[...shotA, 'b.jpg', 'x.jpg'].map((name) => `2024/${name}`)]

test.each([
  ['one', 'rename', 'before 1', back, null],
  ['one', 'rename', 'after 3', back, null],
  // The last file of `a`: at its new path, and not recorded.
  ['one', 'rename', 'after 6', back, null],
  ['one', 'rename', 'after 7', aMoved, 1],
  ['two', 'copy', 'after 2', back, null],
  ['two', 'copy', 'after 6', back, null],
  ['two', 'remove', 'before 1', aMoved, 1],
  ['two', 'remove', 'after 4', aMoved, 1],
  ['two', 'remove', 'after 7', withB, 2],
] as const)('on %s drive, killed at %s, %s', async (drives, call, when, expected, photos) => {
  const [folder, library] = [tempFolder(), tempFolder()]
  await writeLibrary(folder)
  const bytes = readFileSync(join(folder, '2023', 'a.NEF'))
  const first = openTestCore(library)
  await first.client.library.scan({ folders: [folder] })
  const before = readers(first.client, folder)
  const id = await before.idOf('2023/a.jpg')
  const [card] = await before.cards()
  await first.client.labels.confirm({ photoIds: card?.photoId ? [card.photoId] : [], name: 'mine' })
  await first.close()

  await moveAndKill(folder, join(library, 'library.db'), call, when, drives)
  const { client } = openTestCore(library)
  const { shown, idOf } = readers(client, folder)
  // Undo and moves wait until what was left is settled.
  await client.moves.run({ fileIds: [await idOf('2024/x.jpg')], folder: join(folder, '2024') })
  expect(filesIn(folder).filter((name) => !name.includes('.labelroom-'))).toEqual(expected)
  const main = photos === null ? '2023/a.jpg' : '2024/a.jpg'
  expect(readFileSync(join(folder, main.replace('.jpg', '.NEF'))).equals(bytes)).toBe(true)
  expect(await idOf(main)).toBe(id)
  expect(await shown()).toMatchObject({ [main]: ['mine'] })
  expect(await client.library.scan({ folders: [folder] })).toMatchObject({ files: 9, missing: 0, failed: 0 })
  expect(await idOf(main)).toBe(id)

  const { undo } = await client.history.state({})
  if (photos === null) expect(undo).toMatchObject({ kind: 'confirm' })
  else {
    expect(undo).toMatchObject({ kind: 'move-files', photos, name: join(folder, '2024') })
    await client.history.undo({})
    expect(filesIn(folder).filter((name) => !name.includes('.labelroom-'))).toEqual(back)
  }
})
