// The cache of pictures on disk, by content. Thumbnails stay; large pictures are limited, least recently used evicted
// first.
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { removeLeftFiles } from '../../common/left-files.ts'
import { isTemporaryName } from '../../common/write-atomic.ts'
import type { PictureSize } from '../../contract/photos.ts'

export interface PictureCache {
  /** Returns the path for the picture of a photo with this key. */
  pathOf(key: string, size: PictureSize): string
  /** Whether it exists; notes its use. */
  has(file: string, size: PictureSize): Promise<boolean>
  /** Notes that a picture was written; evicts when the large ones are over the limit. */
  added(size: PictureSize, bytes: number): Promise<void>
}

/** Evicts down to this share of the limit, so that not every new picture evicts another one. */
const keptShare = 0.8
const extension = '.jpg'

/** `limitBytes` is for all pictures but the thumbnails. */
export function createPictureCache(folder: string, limitBytes: number): PictureCache {
  /** Bytes of large pictures; null until the folder was read. */
  let total: Promise<number> | null = null

  const readLarge = async () => {
    const names = await readdir(folder, { recursive: true }).catch(() => [])
    const left = names.filter((name) => isTemporaryName(path.basename(name)))
    for (const place of new Set(left.map((name) => path.dirname(name))))
      await removeLeftFiles(path.join(folder, place), isTemporaryName)
    const large = names.filter((name) => name.endsWith(extension) && !name.endsWith(`-grid${extension}`))
    const files = []
    for (const name of large) {
      const file = path.join(folder, name)
      const found = await stat(file).catch(() => null)
      if (found !== null) files.push({ file, bytes: found.size, usedAtMs: found.mtimeMs })
    }
    return files
  }
  const sum = (files: readonly { bytes: number }[]) => files.reduce((bytes, file) => bytes + file.bytes, 0)

  const evict = async (): Promise<number> => {
    const files = (await readLarge()).sort((a, b) => a.usedAtMs - b.usedAtMs)
    let left = sum(files)
    for (const { file, bytes } of files) {
      if (left <= keptShare * limitBytes) break
      await rm(file, { force: true })
      left -= bytes
    }
    return left
  }

  return {
    pathOf: (key, size) => path.posix.join(folder, key.slice(0, 2), `${key}-${size}${extension}`),
    has: async (file, size) => {
      const found = await stat(file).catch(() => null)
      // Anything but a file is replaced by the new picture.
      if (found?.isFile() !== true) return false
      const now = new Date()
      // Another process may have deleted it meanwhile.
      if (size !== 'grid') await utimes(file, now, now).catch(() => undefined)
      return true
    },
    added: async (size, bytes) => {
      if (size === 'grid') return
      // The first count includes the new picture already.
      total = total === null ? readLarge().then(sum) : total.then((before) => before + bytes)
      if ((await total) > limitBytes) total = evict()
      await total
    },
  }
}
