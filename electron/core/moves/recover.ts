// After a crash: finishes what the library has recorded of a move, and takes back what it has not; see [Note: moving files].
import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { removeLeftFiles } from '../../common/left-files.ts'
import { isTemporaryName } from '../../common/write-atomic.ts'
import { isGone } from '../files/file-errors.ts'
import { isSameFile } from '../files/file-numbers.ts'
import type { Log } from '../log.ts'
import type { Store } from '../store/db.ts'
import type { UnfinishedShot } from '../store/tables/moves.ts'
import type { FileCalls } from './file-calls.ts'
import { hashFile, placeFile } from './place-file.ts'

/** What cannot be settled now, since its drive is away, is tried again at the next start. */
export async function recoverMoves(store: Store, calls: FileCalls, log: Log): Promise<void> {
  await store.whenFree(() => {
    store.moves.forgetOld()
  })
  const shots = store.moves.unfinished()
  for (const shot of shots)
    await settle(store, shot, calls).catch((error: unknown) => {
      log('info', `A move could not be settled: ${String(error)}`)
    })
  const folders = new Set(shots.flatMap(({ files }) => files.map(({ to }) => path.posix.dirname(to))))
  for (const folder of folders) await removeLeftFiles(folder, isTemporaryName)
  const left = store.moves.leftBatches()
  for (const { batch, to } of left)
    await store.history.withWriteLock(() => {
      store.history.noteMoves(batch, path.posix.dirname(to))
    })
  if (shots.length > 0)
    await store.whenFree(() => {
      store.moves.forgetWords()
    })
}

async function settle(
  store: Store,
  { shot, isRecorded, files }: UnfinishedShot,
  calls: FileCalls,
): Promise<void> {
  for (const { from, to } of files) {
    const [old, now] = [await lookAt(from), await lookAt(to)]
    if (isRecorded) {
      if (old !== null && now !== null && (await isOneContent(from, to))) calls.remove(from)
    } else if (old === null && now !== null) await placeFile(to, from, calls)
    else if (old !== null && now !== null && (now.size === 0n || (await isOneContent(from, to))))
      calls.remove(to)
  }
  await store.whenFree(() => {
    if (isRecorded) store.moves.finish(shot)
    else store.moves.cancel(shot)
  })
}

/** Null where it is not there; fails where its folder is not there either, as on a drive that is away. */
async function lookAt(file: string): Promise<BigIntStats | null> {
  try {
    return await lstat(file, { bigint: true })
  } catch (error) {
    if (!isGone(error)) throw error
    await lstat(path.dirname(file))
    return null
  }
}

/** Whether one of them may go, as the other one holds the same. */
async function isOneContent(from: string, to: string): Promise<boolean> {
  const [old, now] = [await lstat(from, { bigint: true }), await lstat(to, { bigint: true })]
  // Two names of one file, on a drive that ignores case or by a hard link: either way nothing is lost by keeping both.
  if (isSameFile(old, now) || old.size !== now.size) return false
  return (await hashFile(from)).equals(await hashFile(to))
}
