// Reads a photo's file once and whole, of a RAW file the preview: what is decoded is the file that was identified, whatever its path names meanwhile.
import { createMutex } from '../../common/mutex.ts'
import { isSameStamp, stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { checkSize, openRegular, readOpen, type OpenFile } from '../../common/open-file.ts'
import { previewFile, readRaw, type RawFile } from '../../common/raw/raw-file.ts'
import type { JpegPreview } from '../../common/raw/jpeg-preview.ts'
import { maxPhotoBytes, noPreviewReason } from '../../contract/formats.ts'
import { msg } from '../../texts/message.ts'
import { fromSystemError, PhotoError } from './photo-error.ts'

export interface PhotoFile {
  readonly path: string
  /** Of when its content was identified. Null: whatever is there now. */
  readonly stamp: FileStamp | null
}

/**
 * Photos of so many bytes are in memory at once; a larger one is alone. Enough for all that are decoded ahead of the
 * model while they have the sizes that cameras write.
 */
const maxBytesInMemory = 256 * 1024 * 1024
let bytesInMemory = 0
let onRelease: () => void = () => undefined
/** In the order of the calls, so that a large photo is not kept waiting by small ones. */
const turns = createMutex()

/**
 * Runs `work` on the content of the file, of a RAW file on its largest preview as a JPEG; it is in memory until `work` is
 * done.
 * @throws PhotoError where it cannot be read, is empty, or is not the file with the stamp; and what `work` throws.
 */
export async function withPhotoBytes<T>(
  file: PhotoFile,
  work: (bytes: Buffer<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const opened = await open(file)
  let size = 0
  try {
    let bytes: Buffer<ArrayBuffer>
    try {
      const raw = await findRaw(opened)
      const needed = raw?.preview.sizeBytes ?? opened.stats.size
      await turns.run(() => roomFor(needed))
      size = needed
      bytes = raw === null ? await readWhole(opened, file) : await readPreview(opened, file, raw)
    } finally {
      await opened.handle.close()
    }
    return await work(bytes)
  } finally {
    bytesInMemory -= size
    onRelease()
  }
}

/** What a walk through a RAW file may read besides the preview: tables, and the heads of some JPEGs. */
const maxWalkBytes = 16 * 1024 * 1024

type ShownRaw = RawFile & { readonly preview: JpegPreview }

/** Null for what is no RAW file. Throws PhotoError for one without a preview. */
async function findRaw({ handle, stats }: OpenFile): Promise<ShownRaw | null> {
  let left = maxWalkBytes
  const read = async (offset: number, count: number): Promise<Buffer> => {
    if (!(count >= 0 && count <= left && offset >= 0 && offset + count <= stats.size))
      throw new RangeError('the bytes are not in the file, or too many')
    left -= count
    const bytes = Buffer.alloc(count)
    if ((await handle.read(bytes, 0, count, offset)).bytesRead < count)
      throw new RangeError('the file has become shorter')
    return bytes
  }
  try {
    const raw = await readRaw({ sizeBytes: stats.size, read })
    if (raw === null) return null
    const { preview } = raw
    if (preview === null) throw new PhotoError('unsupported', noPreviewReason)
    return { ...raw, preview }
  } catch (error) {
    throw fromSystemError(error)
  }
}

/** The preview alone, which is a tenth of the file, as a JPEG that says what the file says. */
async function readPreview(
  { handle, stats }: OpenFile,
  { stamp }: PhotoFile,
  raw: ShownRaw,
): Promise<Buffer<ArrayBuffer>> {
  try {
    const { offset, sizeBytes } = raw.preview
    const jpeg = Buffer.allocUnsafeSlow(sizeBytes)
    const { bytesRead } = await handle.read(jpeg, 0, sizeBytes, offset)
    checkSame(stamp ?? stampOf(stats), { handle, stats: await handle.stat() })
    return previewFile(jpeg.subarray(0, bytesRead), raw)
  } catch (error) {
    throw fromSystemError(error)
  }
}

async function roomFor(sizeBytes: number): Promise<void> {
  while (bytesInMemory > 0 && bytesInMemory + sizeBytes > maxBytesInMemory)
    await new Promise<void>((resolve) => {
      onRelease = resolve
    })
  bytesInMemory += sizeBytes
}

async function open({ path, stamp }: PhotoFile): Promise<OpenFile> {
  try {
    const opened = await openRegular(path)
    try {
      checkSize(opened.stats.size, maxPhotoBytes)
      checkSame(stamp, opened)
      return opened
    } catch (error) {
      await opened.handle.close()
      throw error
    }
  } catch (error) {
    throw fromSystemError(error)
  }
}

async function readWhole({ handle, stats }: OpenFile, { stamp }: PhotoFile): Promise<Buffer<ArrayBuffer>> {
  try {
    if (stats.size === 0) throw new PhotoError('corrupt', msg('The file is empty.'))
    const bytes = await readOpen({ handle, stats }, maxPhotoBytes)
    // Another program may have written into it meanwhile.
    checkSame(stamp ?? stampOf(stats), { handle, stats: await handle.stat() })
    return bytes
  } catch (error) {
    throw fromSystemError(error)
  }
}

/**
 * A result belongs to the content that was identified: a file that was replaced since would give its labels or its
 * picture to the photo that was there before.
 */
function checkSame(stamp: FileStamp | null, { stats }: OpenFile): void {
  if (stamp !== null && !isSameStamp(stamp, stampOf(stats)))
    throw new PhotoError('changed', msg('The file was changed or moved while it was read; run again.'))
}
