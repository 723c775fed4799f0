// Judges annotations that were carried over to an image that was edited: they still hold, or they are removed.
import { z } from 'zod'
import type { PhotoId } from '../../../contract/domain.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import { joinNames } from './annotations-write.ts'
import { subjectsOfThese } from './subjects.ts'

export function createChanged(db: Db, history: History) {
  const ofThese = `photo_id IN (${subjectsOfThese}) AND image_changed_at_ms IS NOT NULL`
  const names = db.query(
    `SELECT DISTINCT l.name FROM annotation a JOIN label l ON l.id = a.label_id WHERE ${ofThese} ORDER BY l.name`,
    z.object({ name: z.string() }),
  )
  const keep = db.command(`UPDATE annotation SET image_changed_at_ms = NULL WHERE ${ofThese}`)
  const remove = db.command(`DELETE FROM annotation WHERE ${ofThese}`)
  return {
    /** Keeps or removes what was said of these photos before their images were edited. Returns how many photos changed. */
    resolveChanged: (photoIds: readonly PhotoId[], isKept: boolean): { photos: number } =>
      history.step(isKept ? 'keep-changed' : 'clear-changed', () => {
        const values = { photoIds: JSON.stringify(photoIds) }
        const labels = joinNames(names.all(values).map(({ name }) => name))
        if (isKept) keep(values)
        else remove(values)
        return labels
      }),
  }
}
