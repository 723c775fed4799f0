// Which files are selected, as values: each change returns a new map, and what did not change is kept.
import type { FileId, PhotoId } from '../../../electron/contract/domain.ts'

/** Files with the photo in them; null where a file could not be read as a photo. */
export type Selection = ReadonlyMap<FileId, PhotoId | null>

export interface SelectableFile {
  readonly fileId: FileId
  readonly photoId: PhotoId | null
}

export const emptySelection: Selection = new Map()

export const selectionOf = ({ fileId, photoId }: SelectableFile): Selection => new Map([[fileId, photoId]])

/** With the file where it was not selected, without it where it was. */
export function toggled(selection: Selection, { fileId, photoId }: SelectableFile): Selection {
  const next = new Map(selection)
  if (!next.delete(fileId)) next.set(fileId, photoId)
  return next
}

export function union(
  selection: Selection,
  fileIds: readonly FileId[],
  photoIds: readonly (PhotoId | null)[],
): Selection {
  const next = new Map(selection)
  for (const [index, fileId] of fileIds.entries()) next.set(fileId, photoIds[index] ?? null)
  return next
}

/** Only files that are in this list too; the same map where all are. */
export function intersect(selection: Selection, fileIds: readonly FileId[]): Selection {
  const known = new Set(fileIds)
  const kept = [...selection].filter(([fileId]) => known.has(fileId))
  return kept.length === selection.size ? selection : new Map(kept)
}

/** Each photo once, though several files may hold it; files that are no photos are left out. */
export const photosOf = (selection: Selection): PhotoId[] => [
  ...new Set([...selection.values()].filter((photoId) => photoId !== null)),
]
