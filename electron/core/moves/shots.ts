// Which files are moved together: the one that is shown, what belongs to its shot, and the sidecars of all of them.
import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { FileId } from '../../contract/domain.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { Store } from '../store/db.ts'
import { createTimeSlice } from '../tasks/time-slice.ts'
import { stemOf } from './target-names.ts'

export interface Shot {
  /** The file that is shown; several where they share a sidecar. */
  readonly mains: readonly string[]
  readonly fileId: FileId
  readonly sizeBytes: number
}

/** A file that cannot be moved at all. */
export interface Unmovable {
  readonly fileId: FileId
  readonly path: string
  readonly reason: Message
}

/**
 * Returns what these files stand for, each shot once, in their order; other calls are answered meanwhile. Throws the reason of
 * the signal.
 */
export async function findShots(
  store: Store,
  fileIds: readonly FileId[],
  signal?: AbortSignal,
): Promise<{ readonly shots: Shot[]; readonly unmovable: Unmovable[] }> {
  const slice = createTimeSlice(signal)
  const mains = new Map<string, FileId>()
  const unmovable: Unmovable[] = []
  for (const fileId of fileIds) {
    if (slice.isExpired()) await slice.yieldToEventLoop()
    const file = store.files.get(fileId)
    if (file === null)
      unmovable.push({
        ...{ fileId, path: '' },
        reason: msg('File {{id}} is not in the library any more.', { id: fileId }),
      })
    else if (file.missingSinceMs !== null)
      unmovable.push({ fileId, path: file.path, reason: msg('It is not there any more; scan again.') })
    else {
      // A sidecar stands for the photos that it belongs to: alone it would leave them.
      const owners = store.metadata.ownersOf(file.path)
      for (const main of owners.length > 0 ? owners : [file.companionOf ?? file.path])
        if (!mains.has(main)) mains.set(main, fileId)
    }
  }
  const shots: Shot[] = []
  const done = new Set<string>()
  for (const [main, fileId] of mains) {
    if (slice.isExpired()) await slice.yieldToEventLoop()
    if (done.has(main)) continue
    const together = sharing(store, main, mains)
    for (const one of together) done.add(one)
    const sizeBytes = together.reduce((sum, one) => sum + (store.files.find(one)?.sizeBytes ?? 0), 0)
    shots.push({ mains: together, fileId, sizeBytes })
  }
  return { shots, unmovable }
}

/** The photo, with those that share a sidecar with it, where all of them are to be moved. */
function sharing(store: Store, main: string, wanted: ReadonlyMap<string, unknown>): string[] {
  const together = new Set([main])
  for (const one of together)
    for (const sidecar of store.metadata.sidecarsOf(one)) {
      const owners = store.metadata.ownersOf(sidecar.path)
      if (owners.every((owner) => wanted.has(owner))) for (const owner of owners) together.add(owner)
    }
  return [...together]
}

/** Returns the files of a shot that are there now, the ones that are shown first. */
export async function filesOfShot(store: Store, mains: readonly string[]): Promise<string[]> {
  const companions = store.companions.companionsOf(mains)
  const members = [...new Set(mains.flatMap((main) => [main, ...(companions.get(main) ?? [])]))]
  return [...members, ...(await sidecarsOf(store, mains, members))]
}

/**
 * The sidecars of these, also such as no scan has seen yet. One that may be another photo's, which stays, stays with it.
 * @param mains those of the members that are shown.
 */
export async function sidecarsOf(
  store: Store,
  mains: readonly string[],
  members: readonly string[],
): Promise<string[]> {
  const found = new Set<string>()
  for (const main of mains)
    for (const { path } of store.metadata.sidecarsOf(main))
      if (store.metadata.ownersOf(path).every((owner) => mains.includes(owner))) found.add(path)
  const [main = ''] = mains
  const short = `${folderOf(main)}${stemOf(main.slice(folderOf(main).length))}`
  const isShared = mains.length === 1 && store.metadata.hasNamesakes(main)
  for (const stem of isShared ? members : [...members, short])
    for (const ending of ['.xmp', '.XMP']) {
      const candidate = await nameOnDisk(`${stem}${ending}`)
      if (candidate !== null && !members.includes(candidate)) found.add(candidate)
    }
  return [...found]
}

/** With the slash at its end. */
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)

/** A file as its folder spells it, which on some drives is also found by another case; null: there is none, or a link. */
async function nameOnDisk(file: string): Promise<string | null> {
  if ((await lstat(file).catch(() => null))?.isFile() !== true) return null
  return folderOf(file) + path.basename(await realpath(file))
}
