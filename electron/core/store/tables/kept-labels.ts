// Confirmed labels that the user was asked about, since they looked wrong, and that are right.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import type { Db } from '../sqlite/connection.ts'
import type { LabelSpellings } from './labels.ts'
import { subjectOf } from './subjects.ts'

export type KeptLabels = ReturnType<typeof createKeptLabels>

export function createKeptLabels(db: Db, { shownNames, spellingsOf }: LabelSpellings) {
  const key = `SELECT ${subjectOf('@photoId')}, id FROM label WHERE name IN (SELECT value FROM json_each(@names))`
  const insert = db.command(`INSERT OR IGNORE INTO kept_label (photo_id, label_id) ${key}`)
  const remove = db.command(`DELETE FROM kept_label WHERE (photo_id, label_id) IN (${key})`)
  const all = db.query(
    'SELECT k.photo_id AS photoId, l.name FROM kept_label k JOIN label l ON l.id = k.label_id',
    z.object({ photoId: PhotoId, name: z.string() }),
  )
  return {
    /** Notes that the label is right, or with `isKept: false` that it may be doubted again. */
    set: (photoId: PhotoId, name: string, isKept: boolean): void => {
      const names = JSON.stringify(spellingsOf(name))
      if (isKept) insert({ photoId, names })
      else remove({ photoId, names })
    },
    /** Returns whether a label was kept, by the photo whose annotations count and the label. */
    reader: (): ((photoId: number, name: string) => boolean) => {
      const shown = shownNames()
      const kept = new Set(all.all().map(({ photoId, name }) => `${photoId} ${shown(name)}`))
      return (photoId, name) => kept.has(`${photoId} ${name}`)
    },
  }
}
