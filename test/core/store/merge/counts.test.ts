// The counts of a large library, which a merge reports at its end.
import path from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../../../electron/core/store/db.ts'
import { fillLibrary } from '../../../helpers/embedded-library.ts'
import { tempFolder } from '../../../helpers/temp-folder.ts'

test('counts some thousand files at a time, lets other calls run meanwhile, and stops when it is cancelled', async () => {
  const file = path.join(tempFolder(), 'library.db')
  fillLibrary(file, { photos: 2500, dim: 4, classes: 2, labelled: 10 })
  const store = openStore({ file })
  const control = new AbortController()
  let turns = 0
  const next = () => {
    turns++
    immediate = setImmediate(next)
  }
  let immediate = setImmediate(next)
  const counts = await store.merge.counts(control.signal)
  clearImmediate(immediate)
  expect(counts).toEqual({ files: 2500, labelled: 2500, failed: 0, skipped: 0, pending: 0 })
  expect(turns).toBeGreaterThan(1)
  const counting = store.merge.counts(control.signal)
  control.abort(new Error('cancelled'))
  await expect(counting).rejects.toThrow('cancelled')
  store.close()
})
