// Reads a photo's file once and whole: what is decoded is the file that was identified, whatever its path names meanwhile.
import { createMutex } from '../../common/mutex.ts'
import { isSameStamp, stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { checkSize, openRegular, readOpen, type OpenFile } from '../../common/open-file.ts'
import { msg } from '../../texts/message.ts'
import { fromSystemError, PhotoError } from './photo-error.ts'

export interface PhotoFile {
  readonly path: string
  /** Of when its content was identified. Null: whatever is there now. */
  readonly stamp: FileStamp | null
}

/** Buffers of Node and libvips may be larger, but hardly any photo is. */
const maxFileBytes = 2 ** 31 - 1

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
 * Runs `work` on the content of the file, which is in memory until `work` is done.
 * @throws PhotoError where it cannot be read, is empty, or is not the file with the stamp; and what `work` throws.
 */
export async function withPhotoBytes<T>(
  file: PhotoFile,
  work: (bytes: Buffer<ArrayBuffer>) => Promise<T>,
): Promise<T> {
  const opened = await open(file)
  const { size } = opened.stats
  let bytes: Buffer<ArrayBuffer>
  await turns.run(() => roomFor(size))
  try {
    try {
      bytes = await readWhole(opened, file)
    } finally {
      await opened.handle.close()
    }
    return await work(bytes)
  } finally {
    bytesInMemory -= size
    onRelease()
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
      checkSize(opened.stats.size, maxFileBytes)
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
    const bytes = await readOpen({ handle, stats }, maxFileBytes)
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
