// Writes annotations together with their provenance: the suggestion that the user saw. Belongs inside a step.
import { z } from 'zod'
import type { PhotoId } from '../../../contract/domain.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { classesOf } from '../../domain/rule-set.ts'
import type { Db } from '../sqlite/connection.ts'
import { createLabelInterner, type LabelSpellings } from './labels.ts'
import type { RulesStore } from './rules.ts'
import { subjectOf, subjectsOfThese } from './subjects.ts'
import { chosenVariant } from './suggestions.ts'

export type AnnotationState = 'confirmed' | 'rejected'

export interface AnnotateOptions {
  /** Removes the other confirmed labels of these photos. */
  readonly isOnly?: boolean
  /** Leaves labels alone that the user confirmed or rejected already. */
  readonly keepsExisting?: boolean
  readonly atMs?: number
}

/** Labels to be given to photos: the name of each and its photos. */
export type PhotosByLabel = ReadonlyMap<string, Iterable<PhotoId>>

export interface AnnotationWriter {
  /** Annotates all of these photos, with the same time. Fails with `not-found` where a photo is unknown. */
  readonly annotate: (photosByLabel: PhotosByLabel, state: AnnotationState, options?: AnnotateOptions) => void
}

// One statement for many photos: the triggers then cost a thirtieth of what they do for a statement each. The suggestion
// that is kept is that of the variant that labelled the photo last, its head before the model itself, with the sum of the
// classes that the rules lead to this label. Where there is none, the provenance from before stays.
const isClass = 'p.label_id IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(@classes)))'
const ofShown = 'p.variant_id = c.variantId AND p.photo_id = c.photoId'
const annotateSql = `
  WITH chosen AS MATERIALIZED (${chosenVariant}), suggested AS MATERIALIZED (
    SELECT c.photoId, c.variantId,
      (SELECT h.version FROM head_prediction p JOIN head h ON h.id = p.head_id
       WHERE ${ofShown} AND ${isClass} LIMIT 1) AS headVersion,
      (SELECT sum(p.score) FROM head_prediction p WHERE ${ofShown} AND ${isClass}) AS headScore,
      (SELECT sum(p.score) FROM prediction p WHERE ${ofShown} AND ${isClass}) AS modelScore
    FROM chosen c
  )
  INSERT INTO annotation (photo_id, label_id, state, model_id, head_version, score, at_ms)
  SELECT ${subjectOf('s.photoId')}, @labelId, @state, iif(coalesce(headScore, modelScore) IS NULL, NULL, v.model_id), headVersion,
    min(1, coalesce(headScore, modelScore)), @atMs
  FROM suggested s LEFT JOIN model_variant v ON v.id = s.variantId WHERE true
  ON CONFLICT (photo_id, label_id) DO UPDATE SET
    state = excluded.state, at_ms = excluded.at_ms, image_changed_at_ms = NULL,
    head_version = iif(excluded.model_id IS NULL, head_version, excluded.head_version),
    model_id = coalesce(excluded.model_id, model_id), score = coalesce(excluded.score, score)
  WHERE (state <> excluded.state OR image_changed_at_ms IS NOT NULL) AND NOT @keepsExisting`

/** What these photos have under another spelling of the label. */
const underOther = `photo_id IN (${subjectsOfThese}) AND label_id <> @labelId
  AND label_id IN (SELECT id FROM label WHERE name IN (SELECT value FROM json_each(@names)))`

export function createAnnotationWriter(
  db: Db,
  rules: RulesStore,
  { confirmedSpelling, spellingsOf }: LabelSpellings,
): AnnotationWriter {
  const intern = createLabelInterner(db)
  const annotate = db.command(annotateSql)
  const findUnknown = db.query(
    'SELECT value AS id FROM json_each(@photoIds) WHERE value NOT IN (SELECT id FROM photo) LIMIT 1',
    z.object({ id: z.int() }),
  )
  // Only where the one label is confirmed now: the user may have rejected it before the others could be removed.
  const clearOthers = db.command(
    `DELETE FROM annotation WHERE photo_id IN (${subjectsOfThese}) AND label_id <> @labelId
       AND state = 'confirmed' AND EXISTS (
         SELECT 1 FROM annotation only WHERE only.photo_id = annotation.photo_id AND only.label_id = @labelId
           AND only.state = 'confirmed')`,
  )
  const findOtherwise = db.query(
    `SELECT DISTINCT photo_id AS id FROM annotation WHERE ${underOther}`,
    z.object({ id: z.int() }),
  )
  const clearOtherwise = db.command(`DELETE FROM annotation WHERE ${underOther}`)
  return {
    annotate(photosByLabel, state, { isOnly = false, keepsExisting = false, atMs = Date.now() } = {}) {
      for (const [name, ids] of photosByLabel) {
        const photoIds = JSON.stringify([...ids])
        const unknown = findUnknown.get({ photoIds })
        if (unknown !== null)
          throw new AppError(
            'not-found',
            msg('Photo {{id}} is not in the library. Nothing was saved; list the photos again.', {
              id: unknown.id,
            }),
          )
        // Under the spelling that is in use, so that one label does not become two.
        const labelId = intern(confirmedSpelling(name) ?? name)
        const others = { photoIds, names: JSON.stringify(spellingsOf(name)), labelId }
        const classes = JSON.stringify(
          classesOf(rules.get(), name).flatMap((one) => [one, ...spellingsOf(one)]),
        )
        const row = { labelId, classes, variantId: null, state, atMs, keepsExisting: keepsExisting ? 1 : 0 }
        if (keepsExisting) {
          const said = new Set(findOtherwise.all(others).map(({ id }) => id))
          annotate({
            ...row,
            photoIds: said.size === 0 ? photoIds : JSON.stringify([...ids].filter((id) => !said.has(id))),
          })
        } else {
          clearOtherwise(others)
          annotate({ ...row, photoIds })
        }
        if (isOnly) clearOthers({ photoIds, labelId })
      }
    },
  }
}

/** Returns a few names as one text; null for many. */
export function joinNames(names: Iterable<string>): string | null {
  const all = [...names]
  return all.length > 0 && all.length <= 3 ? all.join(', ') : null
}
