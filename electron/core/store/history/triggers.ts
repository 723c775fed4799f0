// Triggers that record every change of an annotation within a step, so that no statement can forget to.
import type { Db } from '../sqlite/connection.ts'

/** The columns of annotation besides its key; a test compares them with the tables. */
export const annotationColumns = [
  'state',
  'model_id',
  'score',
  'at_ms',
  'head_version',
  'image_changed_at_ms',
] as const

/** Returns the columns as a list for SQL, each with the prefix: `before_` and `after_` in history_change, `old.`, `new.`. */
export const columnList = (prefix = ''): string =>
  annotationColumns.map((name) => `${prefix}${name}`).join(', ')

/** The assignments that overwrite an annotation in `ON CONFLICT DO UPDATE SET`. */
export const columnsFromExcluded = annotationColumns.map((name) => `${name} = excluded.${name}`).join(', ')

const afterFromExcluded = annotationColumns.map((name) => `after_${name} = excluded.after_${name}`).join(', ')

/** Of a row that changes twice within a step, the first `before` and the last `after` are kept. */
const trigger = (event: 'INSERT' | 'UPDATE' | 'DELETE') => {
  const key = event === 'DELETE' ? 'old' : 'new'
  const nulls = annotationColumns.map(() => 'NULL').join(', ')
  const before = event === 'INSERT' ? nulls : columnList('old.')
  const after = event === 'DELETE' ? nulls : columnList('new.')
  return `CREATE TEMP TRIGGER history_${event} AFTER ${event} ON main.annotation BEGIN
      INSERT INTO history_change (step_id, photo_id, label_id, ${columnList('before_')}, ${columnList('after_')})
      SELECT id, ${key}.photo_id, ${key}.label_id, ${before}, ${after} FROM open_step WHERE true
      ON CONFLICT DO UPDATE SET ${afterFromExcluded};
    END;`
}

export interface StepRecorder {
  /** Runs `work`, whose changes of annotations become part of the step. Belongs inside a transaction. */
  record<T>(stepId: number, work: () => T): T
}

/** Installs the triggers on this connection. While no step is open, they record nothing. */
export function createStepRecorder(db: Db): StepRecorder {
  db.exec('CREATE TEMP TABLE open_step (id INTEGER PRIMARY KEY)')
  for (const event of ['INSERT', 'UPDATE', 'DELETE'] as const) db.exec(trigger(event))
  const open = db.command('INSERT INTO open_step (id) VALUES (@stepId)')
  const close = db.command('DELETE FROM open_step')
  return {
    // Where `work` throws, the transaction is rolled back, and with it the open step.
    record(stepId, work) {
      open({ stepId })
      const result = work()
      close()
      return result
    },
  }
}
