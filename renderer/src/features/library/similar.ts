// Shows the photos that look like one photo, the most similar first.
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import type { AppState } from '../../state/app.svelte.ts'

const howMany = 60

export async function showSimilar(app: AppState, photoId: PhotoId): Promise<void> {
  const found = await app.attempt(() => app.api.review.similar({ photo: { photoId }, limit: howMany }))
  if (found === null) return
  // The photo itself leads, so that the others can be compared with it.
  const others = found.map((photo) => photo.photoId).filter((id) => id !== photoId)
  app.navigation.openLibrary({ filter: {}, photoIds: [photoId, ...others] })
}
