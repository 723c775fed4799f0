// What the files say, and making labels of it.
import type { FoundKeyword, FoundKeywords, KeywordScope } from '../../contract/keywords.ts'
import type { PhotoId } from '../../contract/domain.ts'
import { conceptOf } from '../domain/label-concept.ts'
import { folderRange } from '../files/paths.ts'
import { readFilesMetadata } from '../library/read-metadata.ts'
import type { Store } from '../store/db.ts'
import { rootsOf } from './plan-files.ts'

/** The ranges of paths that are meant. */
export const rangesOf = (store: Store, scope: KeywordScope) =>
  rootsOf(store, scope).map((root) => ({ ...folderRange(root), photoIds: scope.photoIds }))

export async function findKeywords(store: Store, scope: KeywordScope): Promise<FoundKeywords> {
  if (!store.isReadonly) await readFilesMetadata(store, rootsOf(store, scope))
  const ranges = rangesOf(store, scope)
  const found = new Map<string, FoundKeyword>()
  for (const range of ranges)
    for (const { name, photos, newPhotos } of store.keywords.count(range)) {
      const concept = conceptOf(name)
      const known = found.get(concept) ?? { name, photos: 0, newPhotos: 0 }
      found.set(concept, { ...known, photos: known.photos + photos, newPhotos: known.newPhotos + newPhotos })
    }
  return {
    keywords: [...found.values()].sort((a, b) => b.photos - a.photos || (a.name < b.name ? -1 : 1)),
    shared: ranges.flatMap((range) => store.metadata.sharedSidecars(range)),
    damaged: ranges.flatMap((range) => store.metadata.damaged(range)),
  }
}

/** An import of more labels is preceded by a backup. */
const labelsBeforeBackup = 1000

/** Confirms keywords as labels in one step. What the user said before stays as it is. */
export async function useKeywords(
  store: Store,
  { names, ...scope }: KeywordScope & { readonly names: readonly string[] | null },
  backUp: () => Promise<void>,
): Promise<{ photos: number }> {
  const byConcept = new Map<string, readonly [string, Set<PhotoId>]>()
  for (const range of rangesOf(store, scope))
    for (const { photoId, name } of store.keywords.unjudged(range, names)) {
      const concept = conceptOf(name)
      const known = byConcept.get(concept) ?? [name, new Set()]
      byConcept.set(concept, known)
      known[1].add(photoId)
    }
  const photosByLabel = new Map(byConcept.values())
  const labels = [...photosByLabel.values()].reduce((sum, { size }) => sum + size, 0)
  if (labels > labelsBeforeBackup) await backUp()
  return store.annotations.confirmAll(photosByLabel)
}
