// Merges libraries into the open one, and says what came of it: counts that add up, and the shards that are missing.
import { realpath, stat } from 'node:fs/promises'
import { libraryPath } from '../../common/library-path.ts'
import { AppError } from '../../contract/errors.ts'
import type { MergeReport, MergeRequest, OutcomeCounts } from '../../contract/imports.ts'
import { msg } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import type { ImportOptions } from './apply.ts'

/** @throws AppError for a file that cannot be merged, before anything is, and for a root that no folder is below. */
export async function mergeLibraries(
  store: Store,
  { files, roots }: MergeRequest,
  { signal, backUp, onProgress }: ImportOptions,
): Promise<MergeReport> {
  if (store.isReadonly)
    throw new AppError(
      'library-unwritable',
      msg("'{{file}}' cannot be written, so nothing can be merged into it.", { file: store.file }),
    )
  const distinct = await distinctFiles(files)
  // A new library has nothing to lose.
  if (store.files.counts().files > 0) await backUp()
  const { libraries, ...merged } = await store.merge.libraries(distinct, {
    roots: roots.map(({ before, after }) => ({
      before: withoutSlash(before),
      after: withoutSlash(libraryPath(after)),
    })),
    signal,
    onProgress,
  })
  return {
    libraries,
    total: sum(libraries),
    library: await store.merge.counts(signal),
    ...merged,
  }
}

/** Of another system, perhaps: only its form is made that of the library. */
const withoutSlash = (path: string): string => path.replaceAll('\\', '/').replace(/\/+$/, '')

/** Each file once, however it is named. */
async function distinctFiles(files: readonly string[]): Promise<string[]> {
  const byRealPath = new Map<string, string>()
  for (const file of files.map(libraryPath)) {
    if ((await stat(file).catch(() => null)) === null)
      throw new AppError(
        'not-found',
        msg('{{file}} cannot be read. Check its name and its permissions.', { file }),
      )
    const real = await realpath(file)
    if (!byRealPath.has(real)) byRealPath.set(real, file)
  }
  return [...byRealPath.values()]
}

const sum = (libraries: readonly OutcomeCounts[]): OutcomeCounts =>
  libraries.reduce(
    (total, { files, labelled, failed, skipped, pending }) => ({
      files: total.files + files,
      labelled: total.labelled + labelled,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      pending: total.pending + pending,
    }),
    { files: 0, labelled: 0, failed: 0, skipped: 0, pending: 0 },
  )
