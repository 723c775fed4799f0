// One label for each photo, as the library shows it, for pictures of the whole library.
import type { PhotoId } from '../../../contract/domain.ts'
import { readShownSuggestions } from '../../browse/shown-suggestions.ts'
import { noReport } from '../algorithms/report.ts'
import type { Store } from '../../store/db.ts'

export interface CurrentLabel {
  readonly name: string
  readonly isConfirmed: boolean
}

/** The label confirmed last of each photo that has one. */
export function confirmedLabels(store: Store): Map<PhotoId, string> {
  const labels = new Map<PhotoId, string>()
  for (const { photoId, name, state } of store.annotations.list())
    if (state === 'confirmed') labels.set(photoId, name)
  return labels
}

/** The label confirmed last, else the first suggestion that shows. */
export function currentLabels(store: Store, report = noReport): (photoId: PhotoId) => CurrentLabel | null {
  const confirmed = confirmedLabels(store)
  const suggestions = readShownSuggestions(store, (share) => {
    report('reading labels', share)
  })
  return (photoId) => {
    const confirmedName = confirmed.get(photoId)
    if (confirmedName !== undefined) return { name: confirmedName, isConfirmed: true }
    const name = suggestions.first(photoId)
    return name === null ? null : { name, isConfirmed: false }
  }
}
