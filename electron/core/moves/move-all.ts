// Moves many photos into a folder: what fails is named, what is done stays done, and all of it is one step of the history.
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { AppError } from '../../contract/errors.ts'
import type { MoveProblem, MoveReport, MoveTarget, OnTaken } from '../../contract/moves.ts'
import { msg, type Message } from '../../texts/message.ts'
import { explainWriteError } from '../files/file-errors.ts'
import type { Store } from '../store/db.ts'
import type { FileCalls } from './file-calls.ts'
import { moveShot } from './move-shot.ts'
import { TakenName } from './place-file.ts'
import { filesOfShot, findShots, type Shot } from './shots.ts'
import { makeTargetFolder, removeEmpty, targetFolder } from './target-folder.ts'
import { stemOf, TargetNames } from './target-names.ts'

/** Problems that are named one by one. */
const namedProblems = 1000

export interface MoveAllOptions {
  readonly calls: FileCalls
  /** Ends the work after the photo at work. */
  readonly signal: AbortSignal
  readonly onProgress: (
    done: { photos: number; bytes: number },
    total: { photos: number; bytes: number },
  ) => void
}

/** A photo that stays, since its name is taken. */
class Taken extends Error {
  readonly reason: Message
  constructor(reason: Message) {
    super(reason.template)
    this.reason = reason
  }
}

/** Does not take the step into the history: `noteMoves` with the returned batch does, where anything was moved. */
export async function moveAll(
  store: Store,
  request: MoveTarget & { readonly onTaken: OnTaken },
  { calls, signal, onProgress }: MoveAllOptions,
  onBatch: (batch: string, folder: string) => void,
): Promise<MoveReport> {
  const folder = targetFolder(store, request)
  const found = await findShots(store, request.fileIds, signal).catch((error: unknown) => {
    if (signal.aborted) return null
    throw error
  })
  if (found === null) return stoppedBefore(request.fileIds.length, folder)
  const { shots, unmovable } = found
  const problems: MoveProblem[] = []
  const report = { moved: 0, skipped: 0, failed: unmovable.length }
  const note = (problem: MoveProblem) => {
    if (problems.length < namedProblems) problems.push(problem)
  }
  for (const one of unmovable) note({ ...one, kind: 'failed', isTaken: false })
  const isFolderNew = await makeTargetFolder(folder)
  const names = await TargetNames.read(folder)
  const batch = randomUUID()
  onBatch(batch, folder)
  const total = {
    photos: shots.reduce((sum, { mains }) => sum + mains.length, 0),
    bytes: shots.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  }
  const done = { photos: 0, bytes: 0 }
  for (const shot of shots) {
    if (signal.aborted) break
    const [path = ''] = shot.mains
    try {
      await moveOne({ store, calls, batch }, shot, { folder, isFolderNew, names, onTaken: request.onTaken })
      report.moved += shot.mains.length
    } catch (error) {
      const isTaken = error instanceof TakenName || error instanceof Taken
      const kind = isTaken || error instanceof AlreadyThere ? 'skipped' : 'failed'
      report[kind] += shot.mains.length
      note({ fileId: shot.fileId, path, kind, reason: reasonOf(error), isTaken })
    }
    done.photos += shot.mains.length
    done.bytes += shot.sizeBytes
    onProgress(done, total)
    await setImmediate()
  }
  if (isFolderNew && report.moved === 0) await removeEmpty([folder])
  return {
    ...report,
    photos: total.photos + unmovable.length,
    left: total.photos - done.photos,
    isCancelled: signal.aborted,
    ...{ folder, problems },
  }
}

/** Nothing was moved yet. */
const stoppedBefore = (photos: number, folder: string): MoveReport => ({
  ...{ photos, left: photos, moved: 0, skipped: 0, failed: 0 },
  ...{ isCancelled: true, folder, problems: [] },
})

class AlreadyThere extends Error {}

/** An error of the library ends all of it. */
function reasonOf(error: unknown): Message {
  if (error instanceof AppError) throw error
  if (error instanceof Taken) return error.reason
  if (error instanceof AlreadyThere) return msg('It is in this folder already.')
  return explainWriteError(error)
}

interface Place {
  readonly folder: string
  readonly isFolderNew: boolean
  readonly names: TargetNames
  readonly onTaken: OnTaken
}

async function moveOne(
  context: Parameters<typeof moveShot>[0],
  { mains }: Shot,
  { folder, isFolderNew, names, onTaken }: Place,
): Promise<void> {
  const [main = ''] = mains
  const from = main.slice(0, main.lastIndexOf('/') + 1)
  const base = folder.endsWith('/') ? folder : `${folder}/`
  if (from === base) throw new AlreadyThere()
  const files = await filesOfShot(context.store, mains)
  const own = files.map((file) => file.slice(from.length))
  const target = freeNames(names, own, stemOf(main.slice(from.length)), onTaken)
  await moveShot(
    context,
    files.map((file, index) => ({
      ...{ from: file, to: base + (target[index] ?? ''), isFolderNew },
      isMain: mains.includes(file),
    })),
  )
  for (const name of target) names.add(name)
}

function freeNames(
  names: TargetNames,
  own: readonly string[],
  stem: string,
  onTaken: OnTaken,
): readonly string[] {
  const other = names.inTheWay(own)
  if (other === null) return own
  const numbered = onTaken === 'number' ? names.numbered(own, stem) : null
  if (numbered !== null) return numbered
  throw new Taken(
    own.some((name) => name.toLowerCase() === other.toLowerCase())
      ? msg('{{name}} is there already.', { name: other })
      : msg('{{name}} is there already, and the two would count as one shot.', { name: other }),
  )
}
