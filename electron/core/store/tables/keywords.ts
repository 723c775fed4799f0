// Keywords that files hold: how many photos have each, what Labelroom wrote, and which names it may take out again. All
// spellings of a keyword are one; see [Note: concepts].
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { FoundKeyword } from '../../../contract/keywords.ts'
import type { Db } from '../sqlite/connection.ts'
import { subjectOf } from './subjects.ts'

/** Paths with `from <= path < to`, and of their photos all or these. */
export interface KeywordRange {
  readonly from: string
  readonly to: string
  readonly photoIds: readonly PhotoId[] | null
}

const isMeant = `f.path >= @from AND f.path < @to AND f.photo_id IS NOT NULL AND f.missing_since_ms IS NULL
  AND (@photoIds IS NULL OR f.photo_id IN (SELECT value FROM json_each(@photoIds)))`
/** What files, their companions and their sidecars say, without the suggestions that Labelroom wrote itself. */
const said = `said AS (
  SELECT f.photo_id AS photoId, k.name FROM file f JOIN file_keyword k ON k.file_id = f.id WHERE ${isMeant}
  UNION SELECT f.photo_id, k.name FROM file f JOIN file g ON g.companion_of = f.path
    JOIN file_keyword k ON k.file_id = g.id WHERE ${isMeant}
  UNION SELECT f.photo_id, k.name FROM sidecar c JOIN file f ON f.id = c.file_id
    JOIN file_keyword k ON k.file_id = c.sidecar_id WHERE c.is_used = 1 AND ${isMeant})`
const isOwnSuggestion = `(name LIKE 'auto/%' AND EXISTS (
  SELECT 1 FROM written_keyword w WHERE w.photo_id = ${subjectOf('photoId')} AND w.name = said.name))`
const isJudged = `EXISTS (SELECT 1 FROM annotation a JOIN label l ON l.id = a.label_id
  WHERE a.photo_id = ${subjectOf('photoId')} AND concept(l.name) = concept(said.name))`

const toValues = ({ from, to, photoIds }: KeywordRange) => ({
  from,
  to,
  photoIds: photoIds === null ? null : JSON.stringify(photoIds),
})
const NameRow = z.object({ photoId: PhotoId, name: z.string() })

export type Keywords = ReturnType<typeof createKeywords>

export function createKeywords(db: Db) {
  const count = db.query(
    `WITH ${said} SELECT min(name) AS name, count(DISTINCT photoId) AS photos,
       count(DISTINCT CASE WHEN NOT ${isJudged} THEN photoId END) AS newPhotos
     FROM said WHERE NOT ${isOwnSuggestion} GROUP BY concept(name)`,
    z.object({ name: z.string(), photos: z.int(), newPhotos: z.int() }),
  )
  const unjudged = db.query(
    `WITH ${said} SELECT photoId, name FROM said
     WHERE (@names IS NULL OR concept(name) IN (SELECT concept(value) FROM json_each(@names)))
       AND NOT ${isJudged} AND NOT ${isOwnSuggestion}`,
    NameRow,
  )
  const ofPaths = db.query(
    `SELECT f.path, json_group_array(k.name) AS names FROM json_each(@paths) e JOIN file f ON f.path = e.value
     JOIN file_keyword k ON k.file_id = f.id GROUP BY f.id`,
    z.object({ path: z.string(), names: z.string() }),
  )
  const removable = db.query(
    `WITH subject AS (SELECT e.value AS photoId, ${subjectOf('e.value')} AS id FROM json_each(@photoIds) e)
     SELECT s.photoId, w.name FROM subject s JOIN written_keyword w ON w.photo_id = s.id
     UNION SELECT s.photoId, l.name FROM subject s JOIN history_change c ON c.photo_id = s.id
       JOIN history_step h ON h.id = c.step_id AND h.is_undone = 0
       JOIN label l ON l.id = c.label_id WHERE 'confirmed' IN (c.before_state, c.after_state)`,
    NameRow,
  )
  const written = db.query(
    `SELECT e.value AS photoId, w.name FROM json_each(@photoIds) e
     JOIN written_keyword w ON w.photo_id = ${subjectOf('e.value')}`,
    NameRow,
  )
  const note = db.command(
    `INSERT OR IGNORE INTO written_keyword (photo_id, name)
     SELECT ${subjectOf('@photoId')}, value FROM json_each(@names)`,
  )
  return {
    /** Returns every keyword of the range, by name. */
    count: (range: KeywordRange): FoundKeyword[] => count.all(toValues(range)),
    /** Returns the photos with a keyword that is neither confirmed nor rejected there; `names` null: of all keywords. */
    unjudged: (range: KeywordRange, names: readonly string[] | null): { photoId: PhotoId; name: string }[] =>
      unjudged.all({ ...toValues(range), names: names === null ? null : JSON.stringify(names) }),
    /** Returns what these files themselves said when they were read last; files that said nothing are left out. */
    ofPaths: (paths: readonly string[]): Map<string, string[]> =>
      new Map(
        ofPaths
          .all({ paths: JSON.stringify(paths) })
          .map(({ path, names }) => [path, z.array(z.string()).parse(JSON.parse(names))]),
      ),
    /**
     * Returns the names that may be taken out: Labelroom wrote them, or the user confirmed them here once, and did not
     * undo it.
     */
    removable: (photoIds: readonly PhotoId[]) =>
      byPhoto(removable.all({ photoIds: JSON.stringify(photoIds) })),
    /** Returns the names that Labelroom wrote into files of these photos. */
    written: (photoIds: readonly PhotoId[]) => byPhoto(written.all({ photoIds: JSON.stringify(photoIds) })),
    /** Notes names that Labelroom adds to files of photos, before it does. */
    noteWritten: (names: Iterable<readonly [PhotoId, readonly string[]]>): void => {
      db.transaction(() => {
        for (const [photoId, some] of names) note({ photoId, names: JSON.stringify(some) })
      })
    },
  }
}

function byPhoto(rows: readonly z.infer<typeof NameRow>[]): Map<PhotoId, Set<string>> {
  const names = new Map<PhotoId, Set<string>>()
  for (const { photoId, name } of rows) names.set(photoId, (names.get(photoId) ?? new Set()).add(name))
  return names
}
