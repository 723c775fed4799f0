// Changes the keywords of one file in one step: a copy is written beside it, compared, and put in its place.
import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { chmod, open, realpath, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { isSameStamp, stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { readKeys } from '../identity/read-keys.ts'
import { copyWithAttributes } from './attributes.ts'
import type { FieldChanges } from './change.ts'
import { explainToolError, type KeywordTool } from './exiftool.ts'

/** What a writer is given besides the file. */
export interface ChangeOptions {
  readonly tool: KeywordTool
  /** Whether it is a photo, whose pixels must stay as they are. */
  readonly isPhoto: boolean
  /** The file as it was when the change was decided. */
  readonly stamp: FileStamp
}

/**
 * Fails with a MessageError, and leaves the file as it was, where it is write-protected, was changed meanwhile, or would
 * get another image. Its date, its attributes, and where possible its permissions, stay.
 */
export async function changeFile(
  file: string,
  changes: FieldChanges,
  { tool, isPhoto, stamp }: ChangeOptions,
): Promise<void> {
  // A link stays a link.
  const target = await realpath(file)
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f]/.test(target))
    throw new MessageError(msg('Its name holds a line break or another control character; rename it.'))
  const before = await stat(target)
  assertWritable(before)
  const keys = isPhoto ? await readKeys({ path: target, ...stampOf(before) }) : null
  if (!isSameStamp(stamp, stampOf(before)) || (isPhoto && keys === null)) throw changedMeanwhile()
  const [written, temporary] = [nameBeside(target), nameBeside(target)]
  try {
    await tool.writeCopy(target, written, changes).catch((error: unknown) => {
      throw new MessageError(explainToolError(error), { cause: error })
    })
    await copyWithAttributes(target, written, temporary)
    if (keys !== null) {
      const now = await readKeys({ path: temporary, ...stampOf(await stat(temporary)) })
      if (now?.identity.equals(keys.identity) !== true || !now.rendering.equals(keys.rendering))
        throw new MessageError(
          msg('Writing would have changed its picture, so it was left as it is. Write to a sidecar instead.'),
        )
    }
    await chmod(temporary, before.mode)
    await sync(temporary)
    await utimes(temporary, before.atimeMs / 1000, before.mtimeMs / 1000)
    if (!isSameStamp(stampOf(before), stampOf(await stat(target)))) throw changedMeanwhile()
    await rename(temporary, target)
  } finally {
    for (const left of [written, temporary]) await rm(left, { force: true }).catch(() => undefined)
  }
}

/** Who runs this may be allowed to write whatever the file says. */
export function assertWritable({ mode }: Pick<Stats, 'mode'>): void {
  if ((mode & 0o222) === 0) throw new MessageError(msg('It is write-protected; allow writing to it.'))
}

const nameBeside = (target: string): string =>
  path.join(path.dirname(target), `.labelroom-${randomBytes(8).toString('hex')}.tmp`)

/** Puts the bytes on the drive, so that a power cut leaves one of the two files whole. */
async function sync(file: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.sync()
}

export const changedMeanwhile = () =>
  new MessageError(msg('Another program changed it meanwhile; scan again, then try again.'))
