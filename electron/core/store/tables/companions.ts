// Files that belong to the shot of another one: which they are, that both share annotations, and which is shown.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import { ShownOfPair } from '../../../contract/library.ts'
import type { Db } from '../sqlite/connection.ts'
import { isSubject } from './subjects.ts'

const PairRow = z.object({
  path: z.string(),
  companionId: PhotoId.nullable(),
  mainId: PhotoId.nullable(),
  isMainFine: z.int(),
})

/**
 * Returns how to let two photos share annotations: those of whichever has any. Where both have some, each keeps its own.
 * Belongs inside a transaction.
 */
export function createShare(db: Db): (photoId: number, otherId: number) => void {
  const share = db.command(
    `UPDATE photo SET subject_id = (SELECT coalesce(subject_id, id) FROM photo WHERE id = @with)
     WHERE id = @id AND subject_id IS NULL AND NOT ${isSubject('@id')}
       AND id <> (SELECT coalesce(subject_id, id) FROM photo WHERE id = @with)`,
  )
  return (photoId, otherId) => {
    if (share({ id: photoId, with: otherId }) === 0) share({ id: otherId, with: photoId })
  }
}

export type Companions = ReturnType<typeof createCompanions>

export function createCompanions(db: Db) {
  // What belonged to the other one until now was not recorded anew yet.
  const isFine = '(m.problem_kind IS NULL OR m.companion_of IS NOT NULL)'
  const pairs = db.query(
    `SELECT c.path, c.companion_photo_id AS companionId, m.photo_id AS mainId, ${isFine} AS isMainFine
     FROM file c JOIN file m ON m.path = c.companion_of AND m.missing_since_ms IS NULL
     WHERE c.path = @path AND c.companion_of IS NOT NULL
     UNION ALL SELECT c.path, c.companion_photo_id, m.photo_id, ${isFine}
     FROM file c JOIN file m ON m.path = c.companion_of AND m.missing_since_ms IS NULL
     WHERE c.companion_of = @path AND c.missing_since_ms IS NULL`,
    PairRow,
  )
  const show = db.command(
    `UPDATE file SET photo_id = companion_photo_id, companion_photo_id = NULL, companion_of = NULL, problem_kind = NULL,
       problem = NULL, problem_values = NULL
     WHERE path = @path`,
  )
  const share = createShare(db)
  const ofMains = db.query(
    `SELECT f.companion_of AS main, f.path FROM json_each(@paths) e JOIN file f ON f.companion_of = e.value
     WHERE f.missing_since_ms IS NULL ORDER BY f.path`,
    z.object({ main: z.string(), path: z.string() }),
  )
  const setting = db.query(
    "SELECT value FROM library_setting WHERE name = 'shown-of-pair'",
    z.object({ value: ShownOfPair }),
  )
  const setSetting = db.command(
    `INSERT INTO library_setting (name, value) VALUES ('shown-of-pair', @shown)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  )
  return {
    /**
     * Brings the pairs of a file that was just recorded in order: both photos share annotations, those of whichever has
     * any; where both have some, each keeps its own. What belongs to a file that cannot be shown is shown itself.
     */
    settle: (path: string): void => {
      for (const { path: companion, companionId, mainId, isMainFine } of pairs.all({ path })) {
        if (companionId === null) continue
        if (isMainFine === 0) show({ path: companion })
        else if (mainId !== null) share(companionId, mainId)
      }
    },
    /** Returns the present files that belong to these, by their paths. */
    companionsOf: (paths: readonly string[]): Map<string, string[]> => {
      const companions = new Map<string, string[]>()
      for (const { main, path } of ofMains.all({ paths: JSON.stringify(paths) }))
        companions.set(main, [...(companions.get(main) ?? []), path])
      return companions
    },
    shown: (): ShownOfPair => setting.get()?.value ?? 'picture',
    setShown: (shown: ShownOfPair): void => {
      setSetting({ shown })
    },
  }
}
