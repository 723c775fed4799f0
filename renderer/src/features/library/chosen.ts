// Which files are selected, as values: each change gives a new map, and what did not change is kept.
import type { FileId } from '../../../../electron/contract/browse.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'

/** Files with the photo in them; null where a file could not be read as a photo. */
export type Chosen = ReadonlyMap<FileId, PhotoId | null>

export interface File {
  readonly fileId: FileId
  readonly photoId: PhotoId | null
}

export const nothing: Chosen = new Map()

export const onlyFile = ({ fileId, photoId }: File): Chosen => new Map([[fileId, photoId]])

export function withSwitched(chosen: Chosen, { fileId, photoId }: File): Chosen {
  const next = new Map(chosen)
  if (!next.delete(fileId)) next.set(fileId, photoId)
  return next
}

export function withFiles(
  chosen: Chosen,
  fileIds: readonly FileId[],
  photoIds: readonly (PhotoId | null)[],
): Chosen {
  const next = new Map(chosen)
  for (const [index, fileId] of fileIds.entries()) next.set(fileId, photoIds[index] ?? null)
  return next
}

/** Only files that are in this list too; the same map where all are. */
export function within(chosen: Chosen, fileIds: readonly FileId[]): Chosen {
  const known = new Set(fileIds)
  const kept = [...chosen].filter(([fileId]) => known.has(fileId))
  return kept.length === chosen.size ? chosen : new Map(kept)
}

/** Each photo once, though several files may hold it; files that are no photos are left out. */
export const photosOf = (chosen: Chosen): PhotoId[] => [
  ...new Set([...chosen.values()].filter((photoId) => photoId !== null)),
]
