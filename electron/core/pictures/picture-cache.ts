// Pictures on disk, by the content that they show. Thumbnails stay; the large ones are limited, the least used go first.
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import type { PictureSize } from '../../contract/browse.ts'

export interface PictureCache {
  /** Where the picture of this content belongs. */
  pathOf(contentHash: string, size: PictureSize): string
  /** Whether it is there; notes that it was used. */
  has(file: string, size: PictureSize): Promise<boolean>
  /** A picture was written; when the large ones are too many, the least used are deleted. */
  added(size: PictureSize, bytes: number): Promise<void>
}

/** Deleted down to this share, so that not every new picture deletes another one. */
const keptShare = 0.8
const extension = '.jpg'

/** `limitBytes` is for all pictures but the thumbnails. */
export function createPictureCache(folder: string, limitBytes: number): PictureCache {
  /** Bytes of large pictures; null until the folder was read. */
  let total: Promise<number> | null = null

  const readLarge = async () => {
    const names = await readdir(folder, { recursive: true }).catch(() => [])
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
    pathOf: (contentHash, size) =>
      path.posix.join(folder, contentHash.slice(0, 2), `${contentHash}-${size}${extension}`),
    has: async (file, size) => {
      const found = await stat(file).catch(() => null)
      if (found === null) return false
      const now = new Date()
      // Another process may have deleted it meanwhile.
      if (size !== 'grid') await utimes(file, now, now).catch(() => undefined)
      return true
    },
    added: async (size, bytes) => {
      if (size === 'grid') return
      // The first reading counts the new picture already.
      total = total === null ? readLarge().then(sum) : total.then((before) => before + bytes)
      if ((await total) > limitBytes) total = evict()
      await total
    },
  }
}
