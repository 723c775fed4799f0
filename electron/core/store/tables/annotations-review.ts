// Confirms or rejects suggestions that the user was shown.
import type { Label, PhotoId } from '../../../contract/domain.ts'
import type { History } from '../history/history.ts'
import { joinNames, type AnnotationState, type AnnotationWriter } from './annotations-write.ts'

export function createReview(history: History, { annotate }: AnnotationWriter) {
  return {
    /**
     * Confirms or rejects suggestions that were shown; labels that were annotated since stay as they are. Returns how
     * many photos changed.
     */
    reviewSuggested: (
      shown: ReadonlyMap<PhotoId, readonly Label[]>,
      state: AnnotationState,
    ): { photos: number } =>
      history.step(state === 'confirmed' ? 'accept' : 'reject', () => {
        const photosByLabel = groupByLabel(shown)
        annotate(photosByLabel, state, { keepsExisting: true })
        return joinNames(photosByLabel.keys())
      }),
  }
}

/** Returns the photos of each label. */
function groupByLabel(labelsOf: ReadonlyMap<PhotoId, readonly Label[]>): Map<string, PhotoId[]> {
  const groups = new Map<string, PhotoId[]>()
  for (const [photoId, labels] of labelsOf) {
    for (const { name } of labels) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [photoId])
      else group.push(photoId)
    }
  }
  return groups
}
