// Writes a planned dataset: photos first, then the lists of those that could be taken.
import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { listFormats, type DatasetReport, type DatasetRequest } from '../../contract/exports.ts'
import { AppError } from '../../contract/errors.ts'
import { msg, type Message } from '../../texts/message.ts'
import { createTimeSlice } from '../tasks/time-slice.ts'
import type { Store } from '../store/db.ts'
import type { TextFile } from './dataset-layout.ts'
import { writeNotes } from './dataset-notes.ts'
import {
  countPlan,
  planDataset,
  type DatasetPlan,
  type PlannedFile,
  type PlanOptions,
} from './dataset-plan.ts'
import { splitNames } from './dataset-split.ts'
import { checkRoom, writeFolder } from './output-folder.ts'
import { findChange, placePhoto } from './place-photo.ts'

export interface ExportOptions {
  readonly signal: AbortSignal
  readonly onProgress: (
    stage: 'reading' | 'comparing' | 'writing',
    done: number,
    total: number | null,
  ) => void
}

/** More than one, so that a drive with latency is kept busy. */
const photosInFlight = 8
/** Text is buffered up to this length before it is written. */
const pieceLength = 1 << 16

/** Writes into a new or empty folder. Throws AppError, or the signal's reason, and then leaves nothing behind. */
export async function writeDataset(
  store: Store,
  request: DatasetRequest,
  folder: string,
  options: ExportOptions & Pick<PlanOptions, 'nearDuplicates'>,
): Promise<DatasetReport> {
  if (request.placement === 'none' && !listFormats.includes(request.format) && request.format !== 'coco')
    throw new AppError(
      'bad-request',
      msg('A dataset in the format {{format}} consists of photos; choose copies or links.', {
        format: request.format,
      }),
    )
  return writeFolder(folder, async (temporary) => {
    const plan = await planDataset(store, request, options)
    if (request.placement === 'copy') await checkRoom(temporary, countPlan(plan).bytes)
    const placed = await placeAll(store, plan, temporary, options)
    const done: DatasetPlan = { ...plan, ...placed }
    const timeSlice = createTimeSlice(options.signal)
    for (const split of splitNames) {
      await timeSlice.yieldToEventLoop()
      const part = done.files.filter((file) => file.split === split)
      if (part.length === 0) continue
      for (const list of plan.layout.listsOf(part, split)) await writeText(temporary, list)
    }
    for (const note of writeNotes(done)) await writeText(temporary, note)
    await timeSlice.yieldToEventLoop()
    return { folder, ...countPlan(done) }
  })
}

/** Places every photo that can be taken; the others are skipped with their reasons. */
async function placeAll(
  store: Store,
  plan: DatasetPlan,
  folder: string,
  { signal, onProgress }: ExportOptions,
): Promise<Pick<DatasetPlan, 'files' | 'skipped'>> {
  const { placement } = plan.request
  const reasons = new Map<PlannedFile, Message>()
  let done = 0
  const place = async (file: PlannedFile): Promise<Message | null> => {
    const known = store.files.find(file.path)
    if (known === null) return msg('Its folder was taken out of the library meanwhile.')
    if (placement === 'none') return findChange(known)
    return placePhoto(known, path.join(folder, file.fileName), placement)
  }
  if (placement !== 'none') await makeFolders(folder, plan.files)
  const queue = plan.files.values()
  const work = async () => {
    for (const file of queue) {
      signal.throwIfAborted()
      const reason = await place(file)
      if (reason !== null) reasons.set(file, reason)
      onProgress('writing', ++done, plan.files.length)
    }
  }
  // All copies must have ended before the folder can be removed.
  const ends = await Promise.allSettled(Array.from({ length: photosInFlight }, work))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  const failed = [...reasons].map(([{ path: photoPath }, reason]) => ({ path: photoPath, reason }))
  return {
    files: plan.files.filter((file) => !reasons.has(file)),
    skipped: [...plan.skipped, ...failed],
  }
}

async function makeFolders(folder: string, files: readonly PlannedFile[]): Promise<void> {
  const folders = new Set(files.map(({ fileName }) => path.posix.dirname(fileName)))
  for (const name of folders) await mkdir(path.join(folder, name), { recursive: true })
}

async function writeText(folder: string, { name, chunks }: TextFile): Promise<void> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  // Never through an existing link: photos may be in the folder as links to the originals.
  await using handle = await open(file, 'wx')
  let text = ''
  for (const piece of chunks) {
    text += piece
    if (text.length < pieceLength) continue
    await handle.appendFile(text)
    text = ''
  }
  await handle.appendFile(text)
}
