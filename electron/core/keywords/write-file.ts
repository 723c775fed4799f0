// Brings the keywords of one planned file to what they are to be, by what the file holds now.
import { rm, stat } from 'node:fs/promises'
import { errorCode } from '../../common/errno.ts'
import { stampOf } from '../../common/file-stamp.ts'
import { readRegular } from '../../common/open-file.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { readBlocks } from '../identity/read-keys.ts'
import { maxSidecarBytes, readSidecar } from '../library/read-metadata.ts'
import { readMetadata, type ReadMetadata } from '../metadata/file-metadata.ts'
import type { WrittenKeywords } from '../store/history/keyword-steps.ts'
import { changeKeywords, opposite, type FieldChanges } from './change.ts'
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
    const change = changeKeywords({}, null, planned)
    if (change === null) return null
    await writeNewSidecar(target, sidecarText(change.fields))
    return written(target, kind, change.fields)
  }
  const stamp = stampOf(await stat(target))
  const said = await read(target, kind)
  const change = changeKeywords(said.lists, kind === 'file' ? said.iptc : null, planned)
  if (change === null) return null
  await changeFile(target, change.fields, { tool, stamp, isPhoto: kind === 'file' })
  return written(target, kind, change.fields)
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
