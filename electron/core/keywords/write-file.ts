// Brings the keywords and stars of one planned file to what they are to be, by what the file holds now.
import { rm, stat } from 'node:fs/promises'
import { errorCode } from '../../common/errno.ts'
import { stampOf } from '../../common/file-stamp.ts'
import { readRegular } from '../../common/open-file.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { ratingToWrite } from '../domain/rating.ts'
import { readBlocks } from '../identity/read-keys.ts'
import { maxSidecarBytes, readSidecar } from '../library/read-metadata.ts'
import { readMetadata, type ReadMetadata } from '../metadata/file-metadata.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import { changeKeywords, changeRating, opposite, type FieldChanges } from './change.ts'
import { changeFile } from './change-file.ts'
import type { KeywordTool } from './exiftool.ts'
import { sidecarText, writeNewSidecar } from './new-sidecar.ts'
import type { PlannedFile } from './plan-files.ts'

/** Returns what was written; null where the file is as wanted. Fails as `changeFile` does. */
export async function writeKeywords(
  planned: PlannedFile,
  tool: KeywordTool,
): Promise<WrittenKeywords | null> {
  const { target, kind } = planned
  if (kind === 'new-sidecar') {
    const fields = changesOf(planned, nothing)
    if (fields === null) return null
    await writeNewSidecar(target, sidecarText(fields))
    return written(target, kind, fields)
  }
  const stamp = stampOf(await stat(target))
  const said = await read(target, kind)
  const fields = changesOf(planned, kind === 'file' ? said : { ...said, iptc: null })
  if (fields === null) return null
  await changeFile(target, fields, { tool, stamp, isPhoto: kind === 'file' })
  return written(target, kind, fields)
}

type Said = Pick<ReadMetadata, 'lists' | 'iptc' | 'ratingText'> & {
  readonly metadata: Pick<ReadMetadata['metadata'], 'rating'>
}
const nothing: Said = { lists: {}, iptc: null, ratingText: null, metadata: { rating: null } }

/** Returns null where the file says what it is to say. */
function changesOf(planned: PlannedFile, { lists, iptc, ratingText, metadata }: Said): FieldChanges | null {
  const keywords = changeKeywords(lists, iptc, planned)
  const rating = ratingToWrite(planned.ownRating, metadata.rating)
  if (keywords === null && rating === null) return null
  return { ...keywords?.fields, ...(rating === null ? {} : changeRating(ratingText, rating)) }
}

async function read(target: string, kind: PlannedFile['kind']): Promise<ReadMetadata> {
  const isSidecar = kind !== 'file'
  const blocks = isSidecar ? null : await readBlocks(target)
  const said = isSidecar
    ? await readSidecar(target)
    : blocks === null
      ? null
      : await readMetadata(blocks.blocks, null)
  // Its name may be that of a TIFF.
  if (blocks?.format === 'raw')
    throw new MessageError(msg('RAW files are never changed. Write to a sidecar instead.'))
  if (said === null || said.isDamaged)
    throw new MessageError(
      isSidecar
        ? msg('The sidecar is damaged, so it was left as it is. Repair it or move it away.')
        : msg('The file is damaged, so it was left as it is. Write to a sidecar instead.'),
    )
  return said
}

const written = (path: string, kind: PlannedFile['kind'], fields: FieldChanges): WrittenKeywords => ({
  path,
  kind,
  fields: Object.fromEntries(
    Object.entries(fields).map(([tag, { remove, add }]) => [tag, { remove: [...remove], add: [...add] }]),
  ),
})

/** Writes the opposite of a change, or the change again. A sidecar that was new, and is as it was written, is removed. */
export async function replayKeywords(
  { path, kind, fields }: WrittenKeywords,
  side: 'undo' | 'redo',
  tool: KeywordTool,
): Promise<void> {
  const changes = fields as FieldChanges
  if (kind === 'new-sidecar') {
    const text = sidecarText(changes)
    const now = await readRegular(path, maxSidecarBytes).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    })
    if (side === 'redo' && now === null) return writeNewSidecar(path, text)
    if (side === 'undo' && (now === null || now.toString() === text)) return rm(path, { force: true })
  }
  const stamp = stampOf(await stat(path))
  const wanted = side === 'undo' ? opposite(changes) : changes
  await changeFile(path, wanted, { tool, stamp, isPhoto: kind === 'file' })
}
