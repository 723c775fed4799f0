// Ranges of the library by columns, for the index in memory. SQLite makes one JSON text of each column, which is
// several times faster to read than an object for each row.
import { z } from 'zod'
import type { Db } from './sqlite/connection.ts'
import { countsOf } from './tables/cleared-suggestions.ts'
import { subjectOf } from './tables/subjects.ts'

export interface FileColumns {
  readonly ids: readonly number[]
  readonly paths: readonly string[]
  /** 0: none, 1: skipped, 2: failed. */
  readonly problems: readonly number[]
}

/** What else is known of files, and what they say: all that a list by name does not need. */
export interface FileDetailColumns {
  readonly files: {
    readonly ids: readonly number[]
    /** 0: none. */
    readonly photoIds: readonly number[]
    readonly modifiedAtMs: readonly number[]
  }
  /**
   * Of the files that say something: what belongs to a file comes before it, and what a sidecar says after what its file
   * says.
   */
  readonly metadata: {
    readonly fileIds: readonly number[]
    readonly cameras: readonly (string | null)[]
    readonly lenses: readonly (string | null)[]
    readonly latitudes: readonly (number | null)[]
    readonly longitudes: readonly (number | null)[]
    readonly ratings: readonly (number | null)[]
  }
  /** What files, what belongs to them and their sidecars say, without the suggestions that Labelroom wrote. */
  readonly keywords: { readonly fileIds: readonly number[]; readonly names: readonly string[] }
}

/** The outcome of one variant. */
export interface VariantColumns {
  readonly variantId: number
  readonly modelId: number
  readonly photoIds: readonly number[]
  /** 1: labelled, 0: failed. */
  readonly isLabelled: readonly number[]
  readonly atMs: readonly number[]
  readonly model: TopColumns
  /** Of the promoted head. */
  readonly head: TopColumns
}

/** By photo, best first. */
export interface TopColumns {
  readonly photoIds: readonly number[]
  readonly labelIds: readonly number[]
  readonly scores: readonly number[]
}

export interface PhotoColumns {
  readonly variants: readonly VariantColumns[]
  readonly annotated: {
    readonly photoIds: readonly number[]
    readonly labelIds: readonly number[]
    /** 1: confirmed, 0: rejected. */
    readonly isConfirmed: readonly number[]
    /** 1: the image was changed since. */
    readonly isChanged: readonly number[]
  }
  /** What the user said; null where that is nothing. */
  readonly rated: {
    readonly photoIds: readonly number[]
    readonly stars: readonly (number | null)[]
    readonly flags: readonly (number | null)[]
  }
  /** Only photos whose date is known. */
  readonly dated: { readonly photoIds: readonly number[]; readonly takenAtMs: readonly number[] }
}

const Max = z.object({ files: z.int(), photos: z.int() })
const Variants = z.object({ variantId: z.int(), modelId: z.int() })
const LabelRow = z.object({ id: z.int(), name: z.string() })

/** Returns a query whose columns come as arrays. The statement must be an aggregate over all its rows. */
function columnQuery<K extends string>(db: Db, columns: Readonly<Record<K, string>>, from: string) {
  const names = Object.keys(columns) as K[]
  const list = names.map((name) => `json_group_array(${columns[name]}) AS "${name}"`).join(', ')
  const query = db.query(`SELECT ${list} FROM ${from}`, z.record(z.string(), z.string()))
  return (values: Record<string, number>): Record<K, unknown[]> => {
    const row = query.get(values)
    return Object.fromEntries(names.map((name) => [name, JSON.parse(row?.[name] ?? '[]')])) as Record<
      K,
      unknown[]
    >
  }
}

export type Columns = ReturnType<typeof createColumns>

export function createColumns(db: Db) {
  const max = db.query(
    'SELECT coalesce((SELECT max(id) FROM file), 0) AS files, coalesce((SELECT max(id) FROM photo), 0) AS photos',
    Max,
  )
  const variants = db.query(
    'SELECT id AS variantId, model_id AS modelId FROM model_variant ORDER BY id',
    Variants,
  )
  const labels = db.query('SELECT id, name FROM label WHERE id > @after ORDER BY id', LabelRow)
  const files = columnQuery(
    db,
    {
      ids: 'id',
      paths: 'path',
      problems: "CASE problem_kind WHEN 'skipped' THEN 1 WHEN 'failed' THEN 2 ELSE 0 END",
    },
    'file WHERE id BETWEEN @from AND @to',
  )
  const contents = columnQuery(
    db,
    {
      ids: 'id',
      photoIds: 'coalesce(photo_id, 0)',
      modifiedAtMs: 'CAST(modified_at_ms AS INTEGER)',
    },
    'file WHERE id BETWEEN @from AND @to',
  )
  const said = 'm.camera, m.lens, m.rating, m.latitude, m.longitude'
  /** Files, and what belongs to them. */
  const companions = 'FROM file f JOIN file c ON c.companion_of = f.path AND f.id BETWEEN @from AND @to'
  const keywords = columnQuery(
    db,
    { fileIds: 'file_id', names: 'name' },
    `(SELECT file_id, name FROM file_keyword WHERE file_id BETWEEN @from AND @to
      UNION SELECT f.id, k.name ${companions} JOIN file_keyword k ON k.file_id = c.id
      UNION SELECT c.file_id, k.name FROM sidecar c JOIN file_keyword k ON k.file_id = c.sidecar_id
      WHERE c.is_used = 1 AND c.file_id BETWEEN @from AND @to ORDER BY file_id, name) said
      WHERE NOT (name LIKE 'auto/%' AND EXISTS (SELECT 1 FROM file f JOIN written_keyword w
        ON w.photo_id = ${subjectOf('f.photo_id')} WHERE f.id = said.file_id AND w.name = said.name))`,
  )
  const metadata = columnQuery(
    db,
    {
      fileIds: 'file_id',
      cameras: 'camera',
      lenses: 'lens',
      ratings: 'rating',
      latitudes: 'latitude',
      longitudes: 'longitude',
    },
    `(SELECT m.file_id, ${said}, 1 AS place FROM file_metadata m WHERE m.file_id BETWEEN @from AND @to
      UNION ALL SELECT f.id, ${said}, 0 ${companions} JOIN file_metadata m ON m.file_id = c.id
      UNION ALL SELECT c.file_id, ${said}, 2 FROM sidecar c JOIN file_metadata m ON m.file_id = c.sidecar_id
      WHERE c.is_used = 1 AND c.file_id BETWEEN @from AND @to ORDER BY place)
      WHERE coalesce(camera, lens, rating, latitude) IS NOT NULL`,
  )
  const range = 'photo_id BETWEEN @from AND @to'
  const dated = columnQuery(
    db,
    { photoIds: 'id', takenAtMs: 'taken_at_ms' },
    'photo WHERE id BETWEEN @from AND @to AND taken_at_ms IS NOT NULL',
  )
  const annotated = columnQuery(
    db,
    {
      photoIds: 'photo_id',
      labelIds: 'label_id',
      isConfirmed: "state = 'confirmed'",
      isChanged: 'image_changed_at_ms IS NOT NULL',
    },
    `(SELECT photo_id, label_id, state, image_changed_at_ms FROM annotation WHERE ${range} UNION ALL
      SELECT p.id, label_id, state, image_changed_at_ms
      FROM photo p JOIN annotation a ON a.photo_id = p.subject_id
      WHERE p.subject_id IS NOT NULL AND p.id BETWEEN @from AND @to)`,
  )
  const rated = columnQuery(
    db,
    { photoIds: 'photo_id', stars: 'stars', flags: 'flag' },
    `(SELECT photo_id, stars, flag FROM photo_rating WHERE ${range} UNION ALL
      SELECT p.id, stars, flag FROM photo p JOIN photo_rating r ON r.photo_id = p.subject_id
      WHERE p.subject_id IS NOT NULL AND p.id BETWEEN @from AND @to)`,
  )
  const outcomes = columnQuery(
    db,
    { photoIds: 'photo_id', isLabelled: "status = 'labelled'", atMs: 'at_ms' },
    `inference i WHERE variant_id = @variantId AND ${range} AND ${countsOf('i')}`,
  )
  const topOf = (table: string) =>
    columnQuery(
      db,
      { photoIds: 'photo_id', labelIds: 'label_id', scores: 'score' },
      // In the order of the key, which is that of the ranks.
      `(SELECT photo_id, label_id, score FROM ${table} WHERE variant_id = @variantId AND ${range} ORDER BY photo_id, rank)`,
    )
  const model = topOf('prediction')
  const head = topOf('head_prediction')

  return {
    /** Returns the highest numbers in use. */
    max: (): z.infer<typeof Max> => max.get() ?? { files: 0, photos: 0 },
    /** Returns labels with higher numbers than this one. */
    labels: (after: number): z.infer<typeof LabelRow>[] => labels.all({ after }),
    /** Returns the files with `from <= number <= to`. */
    files: (from: number, to: number): FileColumns => files({ from, to }) as unknown as FileColumns,
    /** Returns what else is known of these files. */
    fileDetails: (from: number, to: number): FileDetailColumns =>
      ({
        files: contents({ from, to }),
        metadata: metadata({ from, to }),
        keywords: keywords({ from, to }),
      }) as unknown as FileDetailColumns,
    /** Returns outcomes, annotations, ratings and dates of the photos with `from <= number <= to`. */
    photos: (from: number, to: number): PhotoColumns => ({
      variants: variants.all().map(({ variantId, modelId }) => {
        const values = { variantId, from, to }
        return {
          variantId,
          modelId,
          ...outcomes(values),
          model: model(values),
          head: head(values),
        } as unknown as VariantColumns
      }),
      annotated: annotated({ from, to }) as unknown as PhotoColumns['annotated'],
      rated: rated({ from, to }) as unknown as PhotoColumns['rated'],
      dated: dated({ from, to }) as unknown as PhotoColumns['dated'],
    }),
  }
}
