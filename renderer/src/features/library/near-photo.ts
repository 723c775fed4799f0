// Shows the photos that were taken near one.
import type { PhotoCard } from '../../../../electron/contract/browse.ts'
import type { FileId } from '../../../../electron/contract/domain.ts'
import { t } from '../../i18n/i18n.svelte.ts'
import { around, defaultKm, type Point } from '../../navigation/near-place.ts'
import type { AppState } from '../../state/app.svelte.ts'

/** Returns where a photo was taken; null where it does not say. */
export async function placeOf(app: AppState, fileId: FileId): Promise<Point | null> {
  const details = await app.attempt(() => app.api.photos.details({ fileId }))
  const { latitude = null, longitude = null } = details?.exif ?? {}
  return latitude === null || longitude === null ? null : { latitude, longitude }
}

export async function showNear(app: AppState, { fileId, name }: PhotoCard): Promise<void> {
  const point = await placeOf(app, fileId)
  if (point === null) app.toasts.done(() => t('library.noPlace', { name }))
  else app.navigation.openLibrary({ filter: { place: around(point, defaultKm) }, photoIds: null })
}
