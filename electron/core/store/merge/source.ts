// A library that is to be merged into another one: it is only read, in the schema of this program.
import { realpathSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { assertLibrary } from '../backups/examine.ts'
import { checkInThread } from '../backups/thread.ts'
import { migrations } from '../migrations/index.ts'
import type { Db } from '../sqlite/connection.ts'
import { assertKnownVersion } from '../sqlite/migrate.ts'
import { openLibrary } from '../sqlite/open.ts'
import { copyAside, copyReadonly } from '../sqlite/readonly-copy.ts'
import { connectLibrary } from '../sqlite/schema-parts.ts'

export interface MergeSource {
  /** As the user named it. */
  readonly file: string
  /** The folders that were added to it. */
  readonly folders: readonly string[]
  /**
   * Makes it ready to be attached: the library, or a copy of one that cannot be written or is of an earlier version. Of many
   * libraries one is open at a time, or their copies would fill the disk. Fails with `disk-full`.
   */
  readonly open: () => OpenSource
}

export interface OpenSource {
  /** The file to attach. */
  readonly openFile: string
  /** Call it when it is not attached any more. */
  readonly remove: () => void
}

/**
 * Checks a library. Fails with `not-found` or `bad-request` for a file that is no library, with `library-newer` for one of a
 * later program, and with `library-corrupt`.
 */
export async function checkSource(
  file: string,
  target: string,
  nativeBinding: string | undefined,
  signal: AbortSignal,
): Promise<MergeSource> {
  assertLibrary(file)
  if (realpathSync(file) === realpathSync(target))
    throw new AppError(
      'bad-request',
      msg("'{{file}}' is the library itself. Name others to merge into it.", { file }),
    )
  const copy = copyReadonly(file)
  const openFile = copy?.file ?? file
  const read = <T>(work: (db: Db) => T): T => {
    const db = connectLibrary({ file: openFile, copyOf: file, nativeBinding, isReadonly: true }, migrations)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  try {
    const version = read((db) => assertKnownVersion(db, migrations))
    await assertSound(file, { openFile, nativeBinding, signal })
    const folders = read((db) => db.query('SELECT path FROM folder', z.object({ path: z.string() })).all())
    const isOld = version < (migrations.at(-1)?.version ?? 0)
    return {
      file,
      folders: folders.map(({ path }) => path),
      open: () => (isOld ? openMigrated(file, nativeBinding) : openCurrent(file)),
    }
  } finally {
    copy?.remove()
  }
}

function openCurrent(file: string): OpenSource {
  const copy = copyReadonly(file)
  return { openFile: copy?.file ?? file, remove: () => copy?.remove() }
}

function openMigrated(file: string, nativeBinding: string | undefined): OpenSource {
  const copy = copyAside(file)
  try {
    openLibrary({ file: copy.file, copyOf: file, nativeBinding }, migrations).close()
    return {
      openFile: copy.file,
      remove: () => {
        copy.remove()
      },
    }
  } catch (error) {
    copy.remove()
    throw error
  }
}

/** Other calls are answered meanwhile: a million photos take some ten seconds. */
async function assertSound(
  file: string,
  {
    openFile,
    nativeBinding,
    signal,
  }: {
    readonly openFile: string
    readonly nativeBinding: string | undefined
    readonly signal: AbortSignal
  },
): Promise<void> {
  const check = checkInThread({ file: openFile, nativeBinding, isOpenHere: false })
  const stop = () => {
    check.stop()
  }
  signal.addEventListener('abort', stop)
  try {
    const { damage } = await check.result
    if (damage !== null)
      throw new AppError(
        'library-corrupt',
        msg("The library '{{file}}' is damaged ({{damage}}) and was not merged. Label its shard again.", {
          file,
          damage,
        }),
      )
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
