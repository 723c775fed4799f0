// Removes a folder from the library: its files are forgotten, the photos keep their annotations and predictions.
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { isInside } from '../files/folders.ts'
import type { Store } from '../store/db.ts'
import { libraryPath } from '../../common/library-path.ts'
import { folderRange } from '../files/paths.ts'

/** Files forgotten per transaction; some ten milliseconds. */
const chunkSize = 1000

/** Files that also lie in another added folder stay. Fails with `not-found` for a folder that was not added. */
export async function removeFolder(store: Store, path: string): Promise<void> {
  const folder = libraryPath(path)
  const added = store.folders.list().map((known) => known.path)
  if (!added.includes(folder))
    throw new AppError(
      'not-found',
      msg("'{{folder}}' is not one of the folders of this library.", { folder }),
    )
  const others = added.filter((other) => other !== folder)
  const ranges = others.some((other) => isInside(folder, other)) ? [] : rangesOutside(folder, others)
  for (const range of ranges) {
    const forget = () => store.whenFree(() => store.files.forget(range, chunkSize))
    while ((await forget()) === chunkSize) await setImmediate()
  }
  // Last, so that after a crash the folder is still there and can be removed once more; together with the files that a
  // scan has recorded meanwhile, which fails from then on.
  await store.whenFree(() => {
    store.transaction(() => {
      for (const range of ranges) store.files.forget(range, Number.MAX_SAFE_INTEGER)
      store.folders.remove(folder)
    })
  })
  await store.whenFree(() => {
    store.search.clearFiles()
  })
}

/** The ranges of paths under a folder that hold no path under one of the others. */
function rangesOutside(folder: string, others: readonly string[]): { from: string; to: string }[] {
  const { from, to } = folderRange(folder)
  const ranges: { from: string; to: string }[] = []
  let start = from
  // In the order of their bytes, as the store compares them.
  const inside = others.filter((other) => isInside(other, folder)).map(folderRange)
  for (const kept of inside.sort((a, b) => Buffer.compare(Buffer.from(a.from), Buffer.from(b.from)))) {
    if (Buffer.compare(Buffer.from(kept.from), Buffer.from(start)) < 0) continue
    ranges.push({ from: start, to: kept.from })
    start = kept.to
  }
  return [...ranges, { from: start, to }]
}
