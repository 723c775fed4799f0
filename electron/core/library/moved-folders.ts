// Finds folders of the library that are missing under another path, by the content of some of their photos, and goes on
// with them there. A drive has another letter or mount point on another machine.
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { MovedFolder } from '../../contract/library.ts'
import { AppError } from '../../contract/errors.ts'
import { msg } from '../../texts/message.ts'
import { stampOf } from '../../common/file-stamp.ts'
import { isInside, outermostFolders } from '../files/folders.ts'
import { readKeys } from '../identity/read-keys.ts'
import type { Store } from '../store/db.ts'

/** Photos that are looked for, and how many of them by their content. */
const sampleSize = 16
const hashedSize = 3
/** Some photos may have been deleted or edited since. */
const leastShare = 0.75

type Sample = ReturnType<Store['files']['sample']>

/**
 * Returns the added folders that are missing, each with a folder that holds the same photos: below the folders that
 * hold the library, or at `place` and below it. Folders that are found nowhere are left out.
 */
export async function findMovedFolders(store: Store, place: string | null): Promise<MovedFolder[]> {
  const moved: MovedFolder[] = []
  const roots = place === null ? foldersAbove(store.file) : [place]
  const added = store.folders.list().map((folder) => folder.path)
  for (const from of outermostFolders(added)) {
    if (await isFolder(from)) continue
    const sample = store.files.sample(from, sampleSize)
    for (const to of candidates(from, roots)) {
      if (added.some((folder) => folder === to || isInside(folder, to) || isInside(to, folder))) continue
      if (!(await isFolder(to)) || !(await holdsSample(sample, from, to))) continue
      moved.push({ from, to, files: store.files.rows(from) })
      break
    }
  }
  return moved
}

/**
 * Goes on with the folder under its new path, as one step of the history; labels, suggestions and thumbnails belong to
 * photos and stay. Returns how many files have another path. Fails with `not-found` where `from` is no folder of the
 * library or `to` does not hold its photos, and with `bad-request` where `to` is in the library already.
 */
export async function moveFolder(store: Store, from: string, to: string): Promise<{ files: number }> {
  if (!store.folders.list().some((folder) => folder.path === from))
    throw new AppError(
      'not-found',
      msg("'{{folder}}' is not one of the folders of this library.", { folder: from }),
    )
  const isKnown = store.files.rows(to) > 0 || store.folders.list().some((folder) => folder.path === to)
  if (isKnown || isInside(to, from) || isInside(from, to))
    throw new AppError(
      'bad-request',
      msg("'{{to}}' is in this library already. Take '{{from}}' out instead; labels stay with the photos.", {
        from,
        to,
      }),
    )
  if (!(await holdsSample(store.files.sample(from, sampleSize), from, to)))
    throw new AppError(
      'not-found',
      msg("'{{to}}' does not hold the photos of '{{from}}'. Nothing was changed; check the folder.", {
        from,
        to,
      }),
    )
  return store.history.withWriteLock(() => store.history.moveFolder(from, to))
}

/** The folder of the file, and all above it. */
export function foldersAbove(file: string): string[] {
  const folders: string[] = []
  for (let at = path.posix.dirname(file); ; at = path.posix.dirname(at)) {
    const isDrive = /^[A-Za-z]:$/.test(at)
    folders.push(isDrive ? `${at}/` : at)
    if (isDrive || at === path.posix.dirname(at)) return folders
  }
}

/** Where a folder may be now: E:/Photos/2024 below /media/usb is /media/usb/Photos/2024, /media/usb/2024 or it itself. */
export function* candidates(folder: string, roots: readonly string[]): Generator<string> {
  const names = folder.split('/').filter((name) => name !== '' && !/^[A-Za-z]:$/.test(name))
  for (const root of roots)
    for (let skipped = 0; skipped <= names.length; skipped++) {
      const below = names.slice(skipped).join('/')
      const base = root.replace(/\/+$/, '')
      yield below === '' ? root : `${base}/${below}`
    }
}

/** Whether most of the photos are there with their sizes, and those that are read with their content. */
async function holdsSample(sample: Sample, from: string, to: string): Promise<boolean> {
  const base = (folder: string) => folder.replace(/\/+$/, '')
  const found = await Promise.all(
    sample.map(async (photo) => {
      const file = base(to) + photo.path.slice(base(from).length)
      const stats = await stat(file).catch(() => null)
      return stats?.isFile() === true && stats.size === photo.sizeBytes
        ? { ...photo, file, stamp: stampOf(stats) }
        : []
    }),
  )
  const there = found.flat()
  if (there.length === 0 || there.length < leastShare * sample.length) return false
  const smallest = there.toSorted((a, b) => a.sizeBytes - b.sizeBytes).slice(0, hashedSize)
  for (const { file, stamp, hash, identity } of smallest) {
    const keys = await readKeys({ path: file, ...stamp }, { needsWholeHash: true }).catch(() => null)
    // A photo of earlier versions is identified by all bytes of its file.
    const [expected, found] = identity === null ? [hash, keys?.wholeHash] : [identity, keys?.identity]
    if (found?.equals(expected) !== true) return false
  }
  return true
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() === true
}
