// The parts of a large folder that are worked on one after the other.
import path from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../../electron/core/store/db.ts'
import { fillLibrary, pathOf } from '../../helpers/embedded-library.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test.each([1, 3, 10, 11])('has each file of a folder in one of its parts of %i', (files) => {
  const file = path.join(tempFolder(), 'library.db')
  fillLibrary(file, { photos: 10, dim: 4, classes: 2, labelled: 2 })
  const store = openStore({ file })
  const parts = [...store.files.parts('/photos', files)]
  // The last part may be empty.
  expect(parts).toHaveLength(Math.floor(10 / files) + 1)
  const found = parts.map(({ from, to }) => store.metadata.unread({ after: from, to }, 100))
  expect(found.flat().map((one) => one.path)).toEqual([...Array(10).keys()].map(pathOf))
  const counts = parts.map((part) => store.files.countsOf(part))
  expect(counts.reduce((sum, one) => sum + one.files, 0)).toBe(10)
  expect(new Set(counts.flatMap(({ photoIds }) => photoIds)).size).toBe(10)
  for (const { files: here } of counts) expect(here).toBeLessThanOrEqual(files)
  expect([...store.files.parts('/photo', files)]).toHaveLength(1)
  store.close()
})
