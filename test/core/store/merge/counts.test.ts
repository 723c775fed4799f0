// Large libraries: while they are checked before a merge, and counted after it, other calls are answered.
import path from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../../../electron/core/store/db.ts'
import { countTurns } from '../../../helpers/count-turns.ts'
import { fillLibrary } from '../../../helpers/embedded-library.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

test('checks each library that is merged while other calls are answered', async () => {
  const folder = tempFolder()
  const files = ['a', 'b', 'c'].map((name) => path.join(folder, `${name}.db`))
  for (const file of files) fillLibrary(file, { photos: 3, dim: 4, classes: 2, labelled: 2 })
  const store = openStore({ file: path.join(folder, 'library.db') })
  const loop = countTurns()
  const turns: number[] = []
  const onProgress = (_: string, done: number) => void (done === 0 && turns.push(loop.turns()))
  await store.merge.libraries(files, { roots: [], signal: new AbortController().signal, onProgress })
  loop.stop()
  expect(new Set(turns.slice(0, 3)).size).toBe(3)
  store.close()
})

test('counts some thousand files at a time, lets other calls run meanwhile, and stops when it is cancelled', async () => {
  const file = path.join(tempFolder(), 'library.db')
  fillLibrary(file, { photos: 2500, dim: 4, classes: 2, labelled: 10 })
  const store = openStore({ file })
  const control = new AbortController()
  const loop = countTurns()
  const counts = await store.merge.counts(control.signal)
  loop.stop()
  expect(counts).toEqual({ files: 2500, labelled: 2500, failed: 0, skipped: 0, pending: 0 })
  expect(loop.turns()).toBeGreaterThan(1)
  const counting = store.merge.counts(control.signal)
  control.abort(new Error('cancelled'))
  await expect(counting).rejects.toThrow('cancelled')
  store.close()
})
