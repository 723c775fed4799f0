// Stars and flags of photos: what the user said, and what the photos' files say.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import { codeOfFlag, flagOf, type OwnRating } from '../../domain/rating.ts'
import type { History } from '../history/history.ts'
import { createRatingSteps } from '../history/rating-steps.ts'
import type { Db } from '../sqlite/connection.ts'
import { subjectOf, subjectsOfThese } from './subjects.ts'

/** What is to be set; what is missing stays as it is. */
export interface RatingChange {
  readonly stars?: number | undefined
  readonly flag?: Exclude<OwnRating['flag'], null> | undefined
}

/** What the file `f` says, its sidecar before itself, and itself before what belongs to it. */
export const ratingOfFile = `coalesce(
  (SELECT m.rating FROM sidecar c JOIN file_metadata m ON m.file_id = c.sidecar_id
   WHERE c.file_id = f.id AND c.is_used = 1 AND m.rating IS NOT NULL LIMIT 1),
  (SELECT m.rating FROM file_metadata m WHERE m.file_id = f.id),
  (SELECT m.rating FROM file g JOIN file_metadata m ON m.file_id = g.id
   WHERE g.companion_of = f.path AND m.rating IS NOT NULL LIMIT 1))`

export type Ratings = ReturnType<typeof createRatings>

export function createRatings(db: Db, history: History) {
  const restore = createRatingSteps(db)
  const note = db.command(
    `WITH subject (id) AS (${subjectsOfThese}), changed AS (
       SELECT DISTINCT s.id, r.stars, r.flag, coalesce(@stars, r.stars) AS newStars, coalesce(@flag, r.flag) AS newFlag
       FROM subject s LEFT JOIN photo_rating r ON r.photo_id = s.id)
     INSERT INTO history_rating (step_id, photo_id, before_stars, before_flag, after_stars, after_flag)
     SELECT @stepId, id, stars, flag, newStars, newFlag FROM changed
     WHERE (stars, flag) IS NOT (newStars, newFlag)`,
  )
  const own = db.query(
    `SELECT e.value AS photoId, r.stars, r.flag FROM json_each(@photoIds) e
     JOIN photo_rating r ON r.photo_id = ${subjectOf('e.value')}`,
    z.object({ photoId: PhotoId, stars: z.int().nullable(), flag: z.int().nullable() }),
  )
  const ofPaths = db.query(
    `SELECT f.path, m.rating FROM json_each(@paths) e JOIN file f ON f.path = e.value
     JOIN file_metadata m ON m.file_id = f.id WHERE m.rating IS NOT NULL`,
    z.object({ path: z.string(), rating: z.int() }),
  )
  return {
    /** Sets stars or a flag or both, as one step. Returns how many photos changed. Unknown photos are left out. */
    set: (photoIds: readonly PhotoId[], { stars, flag }: RatingChange): { photos: number } =>
      history.step(stars === undefined ? 'flag' : 'rate', (stepId) => {
        const photos = note({
          stepId,
          photoIds: JSON.stringify(photoIds),
          stars: stars ?? null,
          flag: flag === undefined ? null : codeOfFlag[flag],
        })
        restore(stepId, 'after')
        return { name: stars === undefined ? (flag ?? null) : String(stars), photos }
      }),
    /** Returns what the user said of these photos; those of which that is nothing are missing. */
    own: (photoIds: readonly PhotoId[]): Map<PhotoId, OwnRating> =>
      new Map(
        own
          .all({ photoIds: JSON.stringify(photoIds) })
          .map(({ photoId, stars, flag }) => [photoId, { stars, flag: flagOf(flag) }]),
      ),
    /** Returns what these files themselves said when they were read last, -1..5; those that said nothing are missing. */
    ofPaths: (paths: readonly string[]): Map<string, number> =>
      new Map(ofPaths.all({ paths: JSON.stringify(paths) }).map(({ path, rating }) => [path, rating])),
  }
}
