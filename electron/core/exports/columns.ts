// Columns that a table may have besides labels: what is known of the photo and of its file.
import type { ExportColumn } from '../../contract/exports.ts'
import type { PhotoFile } from '../../contract/photos.ts'
import { ratingOf, rejectedRating, type OwnRating } from '../domain/rating.ts'
import { knownHash } from '../identity/known-hash.ts'
import type { FileMetadata } from '../domain/file-metadata.ts'
import type { Store } from '../store/db.ts'
import { mapInFlight } from '../tasks/map-in-flight.ts'

/** In the order of the request; null where it is not known. */
export type ColumnValues = readonly (readonly [ExportColumn, string | number | readonly string[] | null])[]

/** Returns what is known of these files, by path. Reads files only for their SHA-256, and only those not read for it yet. */
export async function readColumns(
  store: Store,
  files: readonly PhotoFile[],
  columns: readonly ExportColumn[],
  signal?: AbortSignal,
): Promise<Map<string, ColumnValues>> {
  if (columns.length === 0) return new Map()
  const companions = columns.includes('companions')
    ? store.companions.companionsOf(files.map(({ path }) => path))
    : new Map<string, string[]>()
  const said = store.metadata.ofPaths(files.map(({ path }) => path))
  const own = store.ratings.own(files.flatMap(({ photoId }) => photoId ?? []))
  const hashes = new Map<string, string | null>()
  if (columns.includes('sha256'))
    await mapInFlight(files, async ({ path, photoId }) => {
      signal?.throwIfAborted()
      if (photoId !== null) hashes.set(path, await knownHash(store, path, signal))
    })
  return new Map(
    files.map(({ path, photoId }) => {
      const size = photoId === null ? null : store.photos.size(photoId)
      // What a sidecar says is said about its photo.
      const metadata = photoId === null ? null : (said.get(path) ?? null)
      const rating = ratingColumns(photoId === null ? undefined : own.get(photoId), metadata)
      const values: Record<ExportColumn, ColumnValues[number][1]> = {
        taken_at: metadata?.takenAt ?? null,
        latitude: metadata?.latitude ?? null,
        longitude: metadata?.longitude ?? null,
        camera: metadata?.camera ?? null,
        lens: metadata?.lens ?? null,
        width: size?.widthPx ?? null,
        height: size?.heightPx ?? null,
        sha256: hashes.get(path) ?? null,
        path,
        companions: companions.get(path) ?? null,
        ...rating,
        title: metadata?.title ?? null,
        keywords: metadata?.keywords ?? null,
      }
      return [path, columns.map((column) => [column, values[column]] as const)]
    }),
  )
}

/** Stars and flag, and who gave the stars; where nobody did, who set the flag. */
function ratingColumns(
  own: OwnRating = { stars: null, flag: null },
  said: FileMetadata | null,
): Record<'rating' | 'flag' | 'rating_source', string | number | null> {
  const fromFile = said?.rating ?? null
  const { stars, flag } = ratingOf(own, fromFile)
  const hasStars = own.stars !== null || (fromFile ?? rejectedRating) >= 0
  const isOwn = own.stars !== null || (!hasStars && own.flag !== null)
  return {
    rating: hasStars ? stars : null,
    flag,
    rating_source: isOwn ? 'user' : fromFile === null ? null : 'file',
  }
}

/** Keywords and paths are separated by `|`, since one may hold a comma. */
export const cellsOf = (values: ColumnValues): string[] =>
  values.map(([, value]) =>
    value === null ? '' : typeof value === 'object' ? value.join('|') : String(value),
  )
