// Brings the keywords and stars of one planned file to what they are to be, by what the file holds now.
import { rm, stat } from 'node:fs/promises'
import type { PhotoId } from '../../contract/domain.ts'
import { isDeepStrictEqual } from 'node:util'
import { errorCode } from '../../common/errno.ts'
import { stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { readRegular } from '../../common/open-file.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { ratingToWrite } from '../domain/rating.ts'
import { isGone } from '../files/file-errors.ts'
import { readBlocks } from '../identity/read-keys.ts'
import { conceptOf } from '../domain/label-concept.ts'
import { maxSidecarBytes } from '../library/read-metadata.ts'
import { readMetadata, type ReadMetadata } from '../metadata/file-metadata.ts'
import { keywordNames } from '../metadata/keywords.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import type { FileKeywords } from '../store/tables/keyword-queue.ts'
import { changeKeywords, changeRating, namesToChange, opposite, type FieldChanges } from './change.ts'
import { changeFile } from './change-file.ts'
import type { KeywordTool } from './exiftool.ts'
import {
  changed,
  difference,
  firstWords,
  follow,
  heldOf,
  holdsNothing,
  noOwnWords,
  ownWords,
  type Held,
  type OwnWords,
} from './held.ts'
import { replaceSidecar, sidecarText, writeNewSidecar } from './new-sidecar.ts'
import type { PlannedFile } from './plan-files.ts'

/** What Labelroom knows of files that it wrote into. */
export interface FileStates {
  /** Null where that is nothing. */
  of(path: string): FileKeywords | null
  /** Outlives a kill once it resolves. Does nothing for files that are not in the library yet. */
  note(path: string, state: FileKeywords): Promise<void>
  /** Notes names that Labelroom is about to add to a file of the photo. */
  noteAdded(photoId: PhotoId, names: readonly string[]): Promise<void>
}

/** Returns what was written; null where the file is as wanted. Fails as `changeFile` does. */
export async function writeKeywords(
  planned: PlannedFile,
  tool: KeywordTool,
  states: FileStates,
): Promise<WrittenKeywords | null> {
  const { target, kind } = planned
  await assertThere(planned.path)
  if (kind === 'new-sidecar') {
    const fields = changesOf(planned, nothing)
    if (fields === null) return null
    await writeNewSidecar(target, sidecarText(fields))
    return written(target, kind, fields)
  }
  const opened = await openFile(target, kind)
  const known = states.of(target)
  const own = ownOf(opened, known, planned)
  const { fields, ...said } =
    planned.following === null
      ? { fields: changesOf(planned, opened.said) }
      : following(opened, own, planned, planned.following)
  const after = { ...own, ...said }
  if (fields === null) {
    // Another file of the photo may get the same words, and then these would be taken for Labelroom's.
    const state = stateOf(after, opened.held)
    if (planned.following !== null && !isDeepStrictEqual(state, known)) await states.note(target, state)
    return null
  }
  await states.noteAdded(planned.photoId, namesToChange(keywordNames(opened.held.lists), planned).added)
  await writeFields(opened, fields, {
    ...{ tool, states, own, after },
    isRemovedEmpty: planned.following !== null,
  })
  return written(target, kind, fields)
}

/** One that was renamed since the last scan would get its words at its old place, and none at its new one. */
async function assertThere(photo: string): Promise<void> {
  await stat(photo).catch((error: unknown) => {
    // Not as it is: what is gone is the photo, and not the file that is written.
    throw isGone(error)
      ? new MessageError(msg('It is not there any more; scan again.'), { cause: error })
      : error
  })
}

/** A file that is there, as it is now. */
interface OpenedFile {
  readonly path: string
  readonly kind: PlannedFile['kind']
  readonly stamp: FileStamp
  readonly said: ReadMetadata
  readonly held: Held
  /** Whether it is a sidecar that holds nothing but what Labelroom writes, as it writes it. */
  readonly isOwn: boolean
}

async function openFile(file: string, kind: PlannedFile['kind']): Promise<OpenedFile> {
  const stamp = stampOf(await stat(file))
  const { said, text } = await read(file, kind)
  const held = heldOf(said)
  return { path: file, kind, stamp, said, held, isOwn: text !== null && text === sidecarOf(held) }
}

const sidecarOf = (held: Held): string => sidecarText(difference(holdsNothing, held) ?? {})

function ownOf(
  { said, held, isOwn }: OpenedFile,
  known: FileKeywords | null,
  written: Pick<PlannedFile, 'written'>,
): OwnWords {
  if (known !== null) return ownWords(known, held)
  return isOwn ? noOwnWords : firstWords(held, said.iptc, written.written)
}

function following(
  { said, held }: OpenedFile,
  own: OwnWords,
  planned: PlannedFile,
  { undone }: NonNullable<PlannedFile['following']>,
): { fields: FieldChanges | null; gone: readonly string[]; again: readonly string[] } {
  const isUndone = new Set([...undone].map(conceptOf))
  const gone = own.gone.filter((name) => !isUndone.has(conceptOf(name)))
  const wanted = follow({ ...own, gone }, said.iptc, planned)
  return { fields: difference(held, wanted.held), gone: wanted.gone, again: wanted.again }
}

interface WriteFields {
  readonly tool: KeywordTool
  readonly states: FileStates
  /** The file's own words as it is, and once it is written. */
  readonly own: OwnWords
  readonly after: OwnWords
  /** Whether a sidecar of Labelroom's own that says nothing any more is removed. */
  readonly isRemovedEmpty: boolean
}

async function writeFields(
  { path, kind, stamp, held, isOwn }: OpenedFile,
  fields: FieldChanges,
  { tool, states, own, after, isRemovedEmpty }: WriteFields,
): Promise<void> {
  const wanted = changed(held, fields)
  const state = stateOf(after, wanted)
  await states.note(path, { ...state, before: { held: storedHeld(held), gone: [...own.gone] } })
  const isEmpty = difference(holdsNothing, wanted) === null
  if (!isOwn) await changeFile(path, fields, { tool, stamp, isPhoto: kind === 'file' })
  else await replaceSidecar(path, isEmpty && isRemovedEmpty ? null : sidecarOf(wanted), stamp)
  await states.note(path, state)
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
  return { ...keywords?.fields, ...(rating === null ? {} : changeRating(ratingText, String(rating))) }
}

/** Returns what the file says, and the text of a sidecar. */
async function read(
  target: string,
  kind: PlannedFile['kind'],
): Promise<{ said: ReadMetadata; text: string | null }> {
  if (kind !== 'file') {
    const bytes = await readRegular(target, maxSidecarBytes).catch(() => null)
    const said = bytes === null ? null : await readMetadata({ xmp: bytes, iptc: null }, null)
    if (bytes === null || said === null || said.isDamaged)
      throw new MessageError(
        msg('The sidecar is damaged, so it was left as it is. Repair it or move it away.'),
      )
    return { said, text: bytes.toString() }
  }
  const blocks = await readBlocks(target)
  const said = blocks === null ? null : await readMetadata(blocks.blocks, null)
  // Its name may be that of a TIFF.
  if (blocks?.format === 'raw')
    throw new MessageError(msg('RAW files are never changed. Write to a sidecar instead.'))
  if (said === null || said.isDamaged)
    throw new MessageError(msg('The file is damaged, so it was left as it is. Write to a sidecar instead.'))
  return { said, text: null }
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
  states: FileStates,
): Promise<void> {
  const changes = fields as FieldChanges
  const wanted = side === 'undo' ? opposite(changes) : changes
  if (kind !== 'file') {
    const now = await readRegular(path, maxSidecarBytes).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    })
    if (
      kind === 'new-sidecar' &&
      side === 'undo' &&
      (now === null || now.toString() === sidecarText(changes))
    )
      return rm(path, { force: true })
    // One that says nothing any more may have been removed since.
    if (now === null) return writeNewSidecar(path, sidecarText(wanted))
  }
  const opened = await openFile(path, kind)
  const own = ownOf(opened, states.of(path), { written: new Set() })
  await writeFields(opened, wanted, { tool, states, own, after: own, isRemovedEmpty: false })
}

/** As it is kept of a file that holds what Labelroom wrote. */
export const stateOf = ({ original, gone, again }: OwnWords, held: Held): FileKeywords => ({
  ...{ original: storedHeld(original), written: storedHeld(held) },
  ...{ gone: [...gone], again: [...again] },
})

const storedHeld = ({ lists, rating }: Held): FileKeywords['original'] => ({
  lists: Object.fromEntries(Object.entries(lists).map(([tag, texts]) => [tag, [...texts]])),
  rating,
})
