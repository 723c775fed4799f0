// Opens a cached picture for sending: the page names it by an opaque id, and the file must lie in the cache folder.
import { constants } from 'node:fs'
import { open, realpath, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { PhotoId } from '../../contract/domain.ts'
import { PictureSize } from '../../contract/photos.ts'
import { AppError } from '../../contract/errors.ts'
import type { WireReply, WireRequest } from '../../contract/transport.ts'
import { msg } from '../../texts/message.ts'

export interface OpenPicture {
  /** The caller closes it, or a stream over it does. */
  readonly handle: FileHandle
  readonly sizeBytes: number
  readonly contentType: string
  /** Changes with the content. */
  readonly etag: string
}

const pictureTypes = ['image/jpeg', 'image/webp', 'image/png', 'image/avif']

/** Without following a link that took the file's place since it was looked at; Windows has no such flag. */
const flags =
  constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK)

/** `/picture/grid/17` -> the call that makes the picture; null for anything else. */
export function toPictureRequest(urlPath: string): WireRequest | null {
  const match = /^\/picture\/([a-z]+)\/([1-9]\d{0,15})$/.exec(urlPath)
  const size = PictureSize.safeParse(match?.[1])
  const photoId = PhotoId.safeParse(Number(match?.[2]))
  return size.success && photoId.success
    ? { method: 'photos.picture', input: { photoId: photoId.data, size: size.data } }
    : null
}

/** Opens what the core answered. Throws the core's error, or AppError `not-found` for a file that may not be sent. */
export async function openPicture(reply: WireReply, cacheDir: string): Promise<OpenPicture> {
  if (!reply.ok) throw new AppError(reply.error.code, reply.error.message)
  const { file, contentType } = reply.output as { file: string; contentType: string }
  const refuse = () => new AppError('not-found', msg('This picture cannot be sent; open the photo again.'))
  if (!pictureTypes.includes(contentType)) throw refuse()
  const root = await realpath(cacheDir)
  const real = await realpath(file).catch(() => null)
  if (real?.startsWith(root + path.sep) !== true) throw refuse()
  const handle = await open(real, flags).catch(() => null)
  if (handle === null) throw refuse()
  const stats = await handle.stat()
  if (!stats.isFile()) {
    await handle.close()
    throw refuse()
  }
  const { size, mtimeMs, ino } = stats
  return { handle, sizeBytes: size, contentType, etag: `"${ino}-${size}-${Math.trunc(mtimeMs)}"` }
}
