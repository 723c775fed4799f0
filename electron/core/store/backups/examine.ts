// Whether a library or a backup is sound, and how much it holds.
import { z } from 'zod'
import type { LibraryCheck } from '../../../contract/backups.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { migrations } from '../migrations/index.ts'
import type { Db } from '../sqlite/connection.ts'
import { tidyDamage } from '../sqlite/errors.ts'
import { findDamage } from '../sqlite/find-damage.ts'
import { isLibraryHeader } from '../sqlite/library-header.ts'
import { assertKnownVersion } from '../sqlite/migrate.ts'
import { readHeader } from '../sqlite/open.ts'
import { copyReadonly } from '../sqlite/readonly-copy.ts'
import { connectLibrary } from '../sqlite/schema-parts.ts'

export interface CheckRequest {
  readonly file: string
  readonly nativeBinding: string | undefined
  /** This process has the file open as its library; see `copyLibrary`. */
  readonly isOpenHere: boolean
}

/** Returns how many labels the user has confirmed; every version of libraries has them in this table. */
export const countLabels = (db: Db): number =>
  db
    .query(
      "SELECT count(*) AS labels FROM annotation WHERE state = 'confirmed'",
      z.object({ labels: z.int() }),
    )
    .get()?.labels ?? 0

/** Fails with `not-found` or `bad-request` for a file that is no library; nothing of it is changed. */
export function assertLibrary(file: string): void {
  let header: Buffer
  try {
    header = readHeader(file)
  } catch (error) {
    throw new AppError(
      'not-found',
      msg('{{file}} cannot be read. Check its name and its permissions.', { file }),
      {
        cause: error,
      },
    )
  }
  if (!isLibraryHeader(header))
    throw new AppError(
      'bad-request',
      msg('{{file}} is neither a library of Labelroom nor a backup of one.', { file }),
    )
}

/**
 * Reads the whole file. Fails as `assertLibrary` does, and with `library-newer` for one of a later program, of which this one
 * cannot say what belongs in it.
 */
export function checkLibrary({ file, nativeBinding, isOpenHere }: CheckRequest): LibraryCheck {
  if (!isOpenHere) assertLibrary(file)
  try {
    return countSound({ file, nativeBinding, isOpenHere })
  } catch (error) {
    // A page may be found damaged before the check comes to it.
    if (!(error instanceof AppError && error.code === 'library-corrupt')) throw error
    const damage = tidyDamage(error.cause instanceof Error ? error.cause.message : error.message)
    return { file, photos: null, labels: null, damage }
  }
}

function countSound({ file, nativeBinding, isOpenHere }: CheckRequest): LibraryCheck {
  const copy = isOpenHere ? null : copyReadonly(file)
  try {
    const db = connectLibrary({ file: copy?.file ?? file, nativeBinding, isReadonly: true }, migrations)
    try {
      assertKnownVersion(db, migrations)
      const damage = findDamage(db, migrations)
      if (damage !== null) return { file, photos: null, labels: null, damage }
      const photos =
        db.query('SELECT count(*) AS photos FROM photo', z.object({ photos: z.int() })).get()?.photos ?? 0
      return { file, photos, labels: countLabels(db), damage }
    } finally {
      db.close()
    }
  } finally {
    copy?.remove()
  }
}
