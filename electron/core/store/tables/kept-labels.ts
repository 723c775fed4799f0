// Confirmed labels that the user was asked about, since they looked wrong, and that are right.
import { z } from 'zod'
import { PhotoId } from '../../../contract/domain.ts'
import { createKeptSteps } from '../history/kept-steps.ts'
import type { History } from '../history/history.ts'
import type { Db } from '../sqlite/connection.ts'
import type { LabelSpellings } from './labels.ts'
import { subjectOf } from './subjects.ts'

export type KeptLabels = ReturnType<typeof createKeptLabels>

export function createKeptLabels(db: Db, { shownNames, spellingsOf }: LabelSpellings, history: History) {
  const restore = createKeptSteps(db)
  const note = db.command(
    `INSERT INTO history_kept (step_id, photo_id, label_id)
     SELECT @stepId, s.id, l.id FROM (SELECT ${subjectOf('@photoId')} AS id) s
     JOIN label l ON l.name IN (SELECT value FROM json_each(@names))
     WHERE NOT EXISTS (SELECT 1 FROM kept_label k WHERE k.photo_id = s.id AND k.label_id = l.id)`,
  )
  const all = db.query(
    'SELECT k.photo_id AS photoId, l.name FROM kept_label k JOIN label l ON l.id = k.label_id',
    z.object({ photoId: PhotoId, name: z.string() }),
  )
  return {
    /** Notes as a step that the label is right, so that it is doubted no more. */
    keep: (photoId: PhotoId, name: string): void => {
      history.step('keep', (stepId) => {
        note({ stepId, photoId, names: JSON.stringify(spellingsOf(name)) })
        restore(stepId, 'after')
        return name
      })
    },
    /** Returns whether a label was kept, by the photo whose annotations count and the label. */
    reader: (): ((photoId: number, name: string) => boolean) => {
      const shown = shownNames()
      const kept = new Set(all.all().map(({ photoId, name }) => `${photoId} ${shown(name)}`))
      return (photoId, name) => kept.has(`${photoId} ${name}`)
    },
  }
}
