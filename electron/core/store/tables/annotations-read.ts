// Reads the user's labels: of all photos for training, of some photos to show them.
import { z } from 'zod'
import { Label, PhotoId } from '../../../contract/domain.ts'
import type { ShownName } from '../../domain/label-concept.ts'
import type { Db } from '../sqlite/connection.ts'
import type { LabelSpellings } from './labels.ts'
import { subjectOf } from './subjects.ts'

const Annotation = z.object({ photoId: PhotoId, name: z.string(), state: z.enum(['confirmed', 'rejected']) })
/** A label that the user confirmed or rejected. */
export type Annotation = z.infer<typeof Annotation>

/** Labels of photos that the user confirmed or rejected; photos without any are missing. */
export type AnnotatedLabels = ReadonlyMap<PhotoId, readonly Label[]>

export const LabelRow = Label.extend({
  photoId: PhotoId,
  isChanged: z
    .int()
    .default(0)
    .transform((flag) => flag === 1),
  isWeak: z.boolean().default(false),
})

export const annotationSql = {
  // By name, so that a list does not depend on the order of clicks; confirmed sorts before rejected.
  ofPhotos: `SELECT e.value AS photoId, l.name, 'human' AS source, a.state, a.score, NULL AS rank,
      m.name AS modelName, coalesce('head-' || a.head_version, m.version) AS modelVersion, a.at_ms AS atMs,
      a.image_changed_at_ms IS NOT NULL AS isChanged
    FROM json_each(@photoIds) e CROSS JOIN annotation a ON a.photo_id = ${subjectOf('e.value')}
    JOIN label l ON l.id = a.label_id LEFT JOIN model m ON m.id = a.model_id
    ORDER BY e.value, a.state, l.name`,
} as const

export type AnnotationReader = ReturnType<typeof createAnnotationReader>

export function createAnnotationReader(db: Db, { shownNames }: LabelSpellings) {
  const all = db.query(
    `SELECT a.photo_id AS photoId, l.name, a.state
     FROM (SELECT photo_id, label_id, state, at_ms FROM annotation UNION ALL
       SELECT p.id, label_id, state, at_ms
       FROM photo p JOIN annotation o ON o.photo_id = p.subject_id WHERE p.subject_id IS NOT NULL) a
     JOIN label l ON l.id = a.label_id
     ORDER BY a.photo_id, a.at_ms, l.name`,
    Annotation,
  )
  const forTraining = db.query(
    `SELECT a.photo_id AS photoId, l.name, a.state FROM annotation a JOIN label l ON l.id = a.label_id
     WHERE a.image_changed_at_ms IS NULL ORDER BY a.photo_id, a.at_ms, l.name`,
    Annotation,
  )
  const ofPhotos = db.query(annotationSql.ofPhotos, LabelRow)
  return {
    /** Returns all annotations, by photo and then in the order in which they were made. */
    list: (): Annotation[] => underShownNames(all.all(), shownNames()),
    /**
     * Returns the annotations of each image once, under the photo that they hang on, without those of images that were
     * changed since: whether they still hold is not known.
     */
    forTraining: (): Annotation[] => underShownNames(forTraining.all(), shownNames()),
    /** Returns the annotations of these photos: confirmed labels first, then rejected ones, each by name. */
    of: (photoIds: readonly PhotoId[]): Map<PhotoId, Label[]> =>
      groupByPhoto(underShownNames(ofPhotos.all({ photoIds: JSON.stringify(photoIds) }), shownNames())),
  }
}

/** Returns the rows with the names that show. Of two spellings on one photo the first stays, confirmed before rejected. */
function underShownNames<T extends Pick<Label, 'name' | 'state'> & { readonly photoId: PhotoId }>(
  rows: readonly T[],
  shown: ShownName,
): T[] {
  const all = rows.map((row) => ({ ...row, name: shown(row.name) }))
  const first = new Map<string, T>()
  for (const row of all) {
    const key = `${row.photoId} ${row.name}`
    const known = first.get(key)
    if (known === undefined || (known.state === 'rejected' && row.state === 'confirmed')) first.set(key, row)
  }
  return first.size === all.length
    ? all
    : all.filter((row) => first.get(`${row.photoId} ${row.name}`) === row)
}

/** Returns the labels of each photo, in the order of the rows. */
export function groupByPhoto<T extends { readonly photoId: PhotoId }>(
  rows: readonly T[],
): Map<PhotoId, Omit<T, 'photoId'>[]> {
  const groups = new Map<PhotoId, Omit<T, 'photoId'>[]>()
  for (const { photoId, ...label } of rows) {
    const group = groups.get(photoId)
    if (group === undefined) groups.set(photoId, [label])
    else group.push(label)
  }
  return groups
}
