// Moves the files of a step back to where they were, or once more to where they went.
import { lstat } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import type { Message } from '../../texts/message.ts'
import { explainWriteError } from '../files/file-errors.ts'
import type { Store } from '../store/db.ts'
import type { MoveStep } from '../store/history/move-steps.ts'
import type { FileMove } from '../store/tables/moves.ts'
import type { FileCalls } from './file-calls.ts'
import { moveShot } from './move-shot.ts'
import { sidecarsOf } from './shots.ts'
import { makeTargetFolder, removeEmpty } from './target-folder.ts'
import { renamed, stemOf } from './target-names.ts'

export interface ReplayReport {
  readonly moved: number
  /** Photos that stay where they are. */
  readonly refused: readonly { readonly path: string; readonly reason: Message }[]
}

type Side = 'undo' | 'redo'

export async function replayMoves(
  store: Store,
  { files }: MoveStep,
  side: Side,
  calls: FileCalls,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<ReplayReport> {
  const shots = Map.groupBy(files, ({ shot }) => shot)
  const refused: { path: string; reason: Message }[] = []
  const total = files.filter(({ isMain }) => isMain === 1).length
  let [moved, done] = [0, 0]
  for (const shot of shots.values()) {
    const moves = shot.map(({ before, after, isMain, isFolderNew }) => ({
      ...(side === 'undo' ? { from: after, to: before } : { from: before, to: after }),
      isMain: isMain === 1,
      isFolderNew: isFolderNew === 1,
    }))
    const photos = moves.filter(({ isMain }) => isMain).length
    try {
      if (!(await isThere(moves))) await moveBack(store, moves, calls)
      moved += photos
    } catch (error) {
      if (error instanceof AppError && error.code !== 'output-unwritable') throw error
      refused.push({ path: moves[0]?.from ?? '', reason: explainWriteError(error) })
    }
    done += photos
    onProgress(done, total)
    await setImmediate()
  }
  if (side === 'undo')
    await removeEmpty(
      new Set(files.filter(({ isFolderNew }) => isFolderNew === 1).map(({ after }) => path.dirname(after))),
    )
  return { moved, refused }
}

/** Whether it was moved already, as by an undo that was killed. */
async function isThere(moves: readonly FileMove[]): Promise<boolean> {
  const main = moves.find(({ isMain }) => isMain)
  if (main === undefined) return false
  return !(await exists(main.from)) && (await exists(main.to))
}

const exists = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  )

/** A photo that is there counts as of another shot only where it did so before: none but equal names are in the way. */
async function moveBack(store: Store, moves: readonly FileMove[], calls: FileCalls): Promise<void> {
  const mains = moves.filter(({ isMain }) => isMain)
  const [main] = mains
  if (main === undefined) return
  await makeTargetFolder(path.posix.dirname(main.to))
  const all = [...moves, ...(await newSidecars(store, mains, moves))]
  await moveShot({ store, calls, batch: null }, all)
}

/** Sidecars that came since, which go along; under another name where the photo had one. */
async function newSidecars(
  store: Store,
  mains: readonly FileMove[],
  moves: readonly FileMove[],
): Promise<FileMove[]> {
  const [main] = mains
  if (main === undefined) return []
  const known = new Set(moves.map(({ from }) => from))
  const found = await sidecarsOf(
    store,
    mains.map(({ from }) => from),
    [...known],
  )
  const [stem, wanted] = [main.from, main.to].map((file) => stemOf(path.posix.basename(file)))
  return found
    .filter((from) => !known.has(from))
    .map((from) => ({
      from,
      to: path.posix.join(
        path.posix.dirname(main.to),
        renamed(path.posix.basename(from), stem ?? '', wanted ?? ''),
      ),
      isMain: false,
      isFolderNew: false,
    }))
}
