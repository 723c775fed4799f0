// Moves the files of one shot: a photo with its sidecars and what else belongs to it, all of them or none.
//
// [Note: moving files] A move is noted in the library before it begins (`placing`). Then each file is put at its new
// path, renamed or, on another drive, copied and compared. Then the library records the new paths, in one transaction
// (`recorded`), and only then what was copied is removed at its old path (`removed`). So at every moment each file lies
// whole at one path at least, and the next start knows what to do: what was not recorded goes back, what was is
// finished (recover.ts). A scan passes over files on their way, and spares those that moved while it ran
// (`moves.hidden`): it sees no photo go, and none come. Another program that renamed a file would do the same to
// one that is open elsewhere: within a drive it stays open, since a file is not its name.
import { access, constants, lstat } from 'node:fs/promises'
import path from 'node:path'
import { isSameStamp, stampOf } from '../../common/file-stamp.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { isGone } from '../files/file-errors.ts'
import type { Store } from '../store/db.ts'
import type { FileMove } from '../store/tables/moves.ts'
import type { FileCalls } from './file-calls.ts'
import { placeFile, type Placement } from './place-file.ts'

export interface MoveContext {
  readonly store: Store
  readonly calls: FileCalls
  /** The call that moves them, whose files become one step; null: undo or redo. */
  readonly batch: string | null
}

interface Placed {
  readonly file: FileMove
  readonly how: Placement
}

/**
 * Fails with a MessageError or an error of the file system, and then all files are where they were. What belongs to the
 * photo and is not there any more is left out.
 */
export async function moveShot(
  { store, calls, batch }: MoveContext,
  wanted: readonly FileMove[],
): Promise<void> {
  const files = await present(store, wanted)
  const shot = await store.whenFree(() =>
    store.moves.begin(
      batch,
      files.map(({ file }) => file),
    ),
  )
  const placed: Placed[] = []
  try {
    for (const { file } of files) placed.push({ file, how: await placeFile(file.from, file.to, calls) })
    const recorded = await Promise.all(
      files.map(async ({ file, isAsScanned }) => ({
        ...file,
        stamp: isAsScanned ? stampOf(await lstat(file.to)) : null,
      })),
    )
    await store.whenFree(() => {
      store.moves.record(shot, recorded)
    })
  } catch (error) {
    await putBack(placed, calls)
    await store.whenFree(() => {
      store.moves.cancel(shot)
    })
    throw error
  }
  await removeOriginals(store, shot, placed, calls)
}

interface Present {
  readonly file: FileMove
  /** Whether it is the very file that the library knows. */
  readonly isAsScanned: boolean
}

/** Those of the files that can be moved. Fails where the photo itself is not among them. */
async function present(store: Store, files: readonly FileMove[]): Promise<Present[]> {
  const found: Present[] = []
  for (const file of files) {
    const stats = await lstat(file.from).catch((error: unknown) => {
      if (!file.isMain && isGone(error)) return null
      throw error
    })
    if (stats === null) continue
    if (stats.isSymbolicLink())
      throw new MessageError(msg('It is a link to a file elsewhere; move that file instead.'))
    if (!stats.isFile()) throw new MessageError(msg('It is no file any more.'))
    // Before anything is copied that could not be removed.
    await access(path.dirname(file.from), constants.W_OK)
    const known = store.files.find(file.from)
    found.push({ file, isAsScanned: known !== null && isSameStamp(known, stampOf(stats)) })
  }
  return found
}

async function putBack(placed: readonly Placed[], calls: FileCalls): Promise<void> {
  for (const { file, how } of placed.toReversed()) {
    if (how === 'copied') calls.remove(file.to)
    else await placeFile(file.to, file.from, calls)
  }
}

/** Removes what was copied. Where one stays, as the system refuses, the shot goes back. */
async function removeOriginals(
  store: Store,
  shot: number,
  placed: readonly Placed[],
  calls: FileCalls,
): Promise<void> {
  const removed: FileMove[] = []
  try {
    for (const { file, how } of placed) {
      if (how === 'copied') calls.remove(file.from)
      removed.push(file)
    }
  } catch (error) {
    for (const { file } of placed) {
      const isBack = removed.includes(file) && (await placeFile(file.to, file.from, calls)) === 'renamed'
      if (!isBack) calls.remove(file.to)
    }
    const back = placed.map(({ file }) => ({ from: file.to, to: file.from, stamp: null }))
    await store.whenFree(() => {
      store.moves.record(shot, back)
      store.moves.cancel(shot)
    })
    throw error
  }
  await store.whenFree(() => {
    store.moves.finish(shot)
  })
}
