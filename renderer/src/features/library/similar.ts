// Shows the photos that look like one photo, the most similar first.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import { formatCount, t } from '../../i18n/i18n.svelte.ts'
import type { AppState } from '../../state/app.svelte.ts'

const howMany = 60

export async function showSimilar(app: AppState, photoId: PhotoId, name: string): Promise<void> {
  const found = await app.attempt(() => app.api.review.similar({ photo: { photoId }, limit: howMany }))
  if (found === null) return
  // The photo itself leads, so that the others can be compared with it.
  const similarities = new Map(found.map((photo) => [photo.photoId, photo.cosine]))
  similarities.delete(photoId)
  const others = [...similarities.keys()]
  const title = () =>
    t('library.similarTo', { count: others.length, shown: formatCount(others.length), name })
  app.navigation.openLibrary({ filter: {}, photoIds: [photoId, ...others], given: { title, similarities } })
}
