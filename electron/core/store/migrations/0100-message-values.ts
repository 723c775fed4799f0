// Reasons keep the values of their template, so that a window can translate them. See [Note: messages].
import { z } from 'zod'
import type { Migration } from '../sqlite/migrate.ts'
import type { Db } from '../sqlite/connection.ts'

const schema = `
-- What stands in the places of the template, as JSON; NULL where it has none.
ALTER TABLE file ADD COLUMN problem_values TEXT;
ALTER TABLE inference ADD COLUMN reason_values TEXT;
ALTER TABLE job ADD COLUMN reason_values TEXT;
`

/** Of the reasons in English that libraries hold, those that many files have; others stay in English. */
const templates = [
  'Files ending in .{{extension}} are not photos Labelroom can open.',
  'The drive reported an error ({{code}}); check that it is connected and healthy.',
  'The file is larger than {{limitMb}} MB, the limit for this format.',
  'The photo has {{megapixels}} megapixels; the limit is {{limit}}.',
]

const matchers = templates.map((template) => ({
  template,
  pattern: new RegExp(
    `^${template.replaceAll(/[().]/g, '\\$&').replaceAll(/\{\{(\w+)\}\}/g, String.raw`(?<$1>\S+?)`)}$`,
  ),
}))

function splitReasons(db: Db, table: string, column: string): void {
  const texts = db.query(
    `SELECT DISTINCT ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`,
    z.object({ text: z.string() }),
  )
  const update = db.command(
    `UPDATE ${table} SET ${column} = @template, ${column}_values = @values WHERE ${column} = @text`,
  )
  for (const { text } of texts.all()) {
    for (const { template, pattern } of matchers) {
      const values = pattern.exec(text)?.groups
      if (values !== undefined) update({ template, values: JSON.stringify(values), text })
    }
  }
}

const OldDevice = z.looseObject({ trials: z.array(z.looseObject({ note: z.string().nullable() })) })

/** Why a device was not used is a message now. */
function convertDevices(db: Db): void {
  const jobs = db.query(
    'SELECT id, device FROM job WHERE device IS NOT NULL',
    z.object({ id: z.int(), device: z.string() }),
  )
  const update = db.command('UPDATE job SET device = @device WHERE id = @id')
  for (const { id, device } of jobs.all()) {
    const report = OldDevice.parse(JSON.parse(device))
    const trials = report.trials.map(({ note, ...trial }) => ({
      ...trial,
      note: note === null ? null : { template: note, values: {} },
    }))
    update({ id, device: JSON.stringify({ ...report, trials }) })
  }
}

export const messageValues: Migration = {
  version: 100,
  up: (db) => {
    db.exec(schema)
    splitReasons(db, 'file', 'problem')
    splitReasons(db, 'inference', 'reason')
    convertDevices(db)
  },
}
