// Merges what is few: labels, models and their variants, jobs, scans, folders, rules and settings.
import { z } from 'zod'
import { JobRequest } from '../../../contract/jobs.ts'
import type { Db } from '../sqlite/connection.ts'
import { columnsOf, insertFrom, mapped, moved } from './sql.ts'

const JobRow = z.object({ id: z.int(), request: z.string(), variantId: z.int() })
const IdRow = z.object({ id: z.int() })

/** Belongs inside a transaction. Returns whether the source has other rules than this library, which keeps its own. */
export function mergeNouns(db: Db): { hasOtherRules: boolean } {
  mergeLabels(db)
  mergeModels(db)
  mergeJobs(db)
  db.exec(`
    INSERT INTO main.scan (started_at_ms) SELECT DISTINCT started_at_ms FROM src.scan s
      WHERE s.id IN (SELECT scan_id FROM src.file) AND s.started_at_ms NOT IN (SELECT started_at_ms FROM main.scan);
    INSERT INTO merging_scan SELECT s.id, min(t.id) FROM src.scan s JOIN main.scan t USING (started_at_ms) GROUP BY s.id;
    INSERT INTO main.folder (path, added_at_ms) SELECT ${moved('s.path')}, s.added_at_ms FROM src.folder s WHERE true
      ON CONFLICT DO NOTHING;
    INSERT INTO main.library_setting (name, value) SELECT name, value FROM src.library_setting WHERE name <> 'embeddings_to_halve'
      ON CONFLICT DO NOTHING;
    INSERT INTO main.rules (id, body) SELECT id, body FROM src.rules WHERE true ON CONFLICT DO NOTHING`)
  const other = db.query(
    'SELECT s.id FROM src.rules s JOIN main.rules t USING (id) WHERE s.body <> t.body',
    IdRow,
  )
  return { hasOtherRules: other.get() !== null }
}

function mergeLabels(db: Db): void {
  db.exec(`
    INSERT INTO main.label (name) SELECT name FROM src.label WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO merging_label SELECT s.id, t.id FROM src.label s JOIN main.label t USING (name)`)
}

/** A model is known by its fingerprint; one that was taken out here comes back with the suggestions that it made there. */
function mergeModels(db: Db): void {
  const variant = 'precision, input_width_px, input_height_px'
  db.exec(`
    ${insertFrom(db, 'model', { without: ['id'] })} FROM src.model s WHERE true ON CONFLICT (version) DO UPDATE
      SET removed_at_ms = NULL, path = excluded.path
      WHERE removed_at_ms IS NOT NULL AND excluded.removed_at_ms IS NULL;
    INSERT INTO merging_model SELECT s.id, t.id FROM src.model s JOIN main.model t USING (version);
    ${insertFrom(db, 'model_class', { given: { model_id: mapped('model', 's.model_id') } })} FROM src.model_class s
      WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO main.model_variant (model_id, ${variant}) SELECT ${mapped('model', 'model_id')}, ${variant}
      FROM src.model_variant WHERE true ON CONFLICT DO NOTHING;
    INSERT INTO merging_variant SELECT s.id, t.id FROM src.model_variant s
      JOIN main.model_variant t USING (${variant}) WHERE t.model_id = ${mapped('model', 's.model_id')}`)
}

/**
 * A job is known by its request, its variant and its start. One that was killed can be resumed, as a paused one. The later of its
 * states counts, whichever copy of the library is merged last.
 */
function mergeJobs(db: Db): void {
  const list = db.query('SELECT id, request, variant_id AS variantId FROM src.job ORDER BY id', JobRow)
  const movedPath = db.query(`SELECT ${moved('@path')} AS path`, z.object({ path: z.string() }))
  const find = db.query(
    `SELECT t.id FROM src.job s JOIN main.job t ON t.request = @request AND t.started_at_ms = s.started_at_ms
       AND t.variant_id = ${mapped('variant', 's.variant_id')} WHERE s.id = @id`,
    IdRow,
  )
  const given = {
    request: '@request',
    variant_id: mapped('variant', 's.variant_id'),
    state: "iif(s.state = 'running', 'paused', s.state)",
  }
  const insert = db.query(
    `${insertFrom(db, 'job', { given, without: ['id'] })} FROM src.job s WHERE s.id = @id RETURNING id`,
    IdRow,
  )
  const names = columnsOf(db, 'job').filter(
    (name) => !['id', 'request', 'variant_id', 'state'].includes(name),
  )
  const update = db.command(
    `UPDATE main.job SET state = ${given.state}, ${names.map((name) => `${name} = s.${name}`).join(', ')}
     FROM src.job s WHERE s.id = @src AND main.job.id = @id
       AND (s.last_started_at_ms, s.state = 'done') >= (main.job.last_started_at_ms, main.job.state = 'done')`,
  )
  const note = db.command('INSERT INTO merging_job (src, id) VALUES (@src, @id)')
  for (const { id: src, request: text } of list.all()) {
    const { photoIds, shard, ...rest } = JobRequest.parse(JSON.parse(text))
    const request = JSON.stringify({
      ...rest,
      folders: rest.folders.map((path) => movedPath.get({ path })?.path ?? path),
      // Numbers of photos mean others here.
      ...(photoIds === null ? {} : { photoIds: [] }),
      ...(shard === null ? {} : { shard }),
    })
    const known = find.get({ id: src, request })
    const id = known?.id ?? insert.get({ id: src, request })?.id
    if (id === undefined) throw new Error('INSERT gave no id')
    if (known !== null) update({ src, id })
    note({ src, id })
  }
}
