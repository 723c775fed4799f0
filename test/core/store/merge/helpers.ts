// Libraries as the shards of a job leave them, and everything that a library holds without the numbers of its rows.
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import type { Shard } from '../../../../electron/contract/jobs.ts'
import { JobRequest } from '../../../../electron/contract/jobs.ts'
import type { PhotoId } from '../../../../electron/contract/domain.ts'
import { shardOf } from '../../../../electron/core/library/shard.ts'
import { openStore, type Store } from '../../../../electron/core/store/db.ts'
import { verbatim } from '../../../../electron/texts/message.ts'
import { addPhoto, labelled, newModel } from '../helpers.ts'

export const names = Array.from({ length: 30 }, (_, at) => `day ${at % 3}/${at}.jpg`)

export interface MadeLibrary {
  readonly store: Store
  readonly idOf: (name: string) => PhotoId
}

/**
 * A library of `names`, or of those in a shard: every seventh failed, one file is skipped. The content of a photo is its
 * name, so that it is the same in every library.
 */
export function makeLibrary(
  file: string,
  { root = '/pictures', shard = null, wanted = names, isEnded = true }: MakeOptions = {},
): MadeLibrary {
  const store = openStore({ file })
  const model = store.models.upsert({ ...newModel, version: 'v1' })
  store.models.nameClasses(model.id, ['cat', 'dog', 'elk'], false)
  const size = { inputWidthPx: 32, inputHeightPx: 32 }
  const variantId = store.models.variant({ modelId: model.id, precision: 'fp32', ...size })
  const request = JobRequest.parse({ folders: [root], model: 'tiny', shard })
  const jobId = store.jobs.create(request, variantId)
  store.folders.add(root)
  const scanId = store.files.beginScan()
  const mine = wanted.filter((name) => shard === null || shardOf(name, shard.count) === shard.index)
  const ids = new Map(mine.map((name) => [name, addPhoto(store, name)]))
  store.files.record(
    scanId,
    [...ids].map(([name, photoId]) => ({
      ...{ path: `${root}/${name}`, photoId, sizeBytes: name.length },
      ...{ modifiedAtMs: 1.5, problem: null },
    })),
  )
  store.predictions.saveBatch(
    variantId,
    jobId,
    [...ids].map(([name, photoId]) =>
      names.indexOf(name) % 7 === 3
        ? { status: 'failed', photoId, reason: verbatim('It is damaged.') }
        : labelled(photoId, ['cat', 'dog', 'elk'].toSorted(byHash(name)), vectorOf(name)),
    ),
  )
  if (shard === null || shard.index === 1)
    store.files.record(scanId, [
      {
        ...{ path: `${root}/notes.txt`, photoId: null, sizeBytes: 1, modifiedAtMs: 1 },
        problem: { kind: 'skipped', reason: verbatim('It is no photo.') },
      },
    ])
  store.jobs.update(jobId, { state: isEnded ? 'done' : 'paused' })
  return { store, idOf: (name) => ids.get(name) ?? (0 as PhotoId) }
}

interface MakeOptions {
  readonly root?: string
  readonly shard?: Shard | null
  readonly wanted?: readonly string[]
  readonly isEnded?: boolean
}

const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
const byHash = (name: string) => (a: string, b: string) => hash(name + a).compare(hash(name + b))
const vectorOf = (name: string): Float32Array =>
  Float32Array.from(hash(name).subarray(0, 4), (byte) => byte / 256)

const statements = {
  files: `SELECT f.path, hex(p.content_hash) AS photo, f.problem_kind, f.problem, f.companion_of FROM file f
    LEFT JOIN photo p ON p.id = f.photo_id ORDER BY f.path`,
  outcomes: `SELECT hex(p.content_hash) AS photo, m.version, i.status, i.reason FROM inference i
    JOIN photo p ON p.id = i.photo_id JOIN model_variant v ON v.id = i.variant_id JOIN model m ON m.id = v.model_id
    ORDER BY 1, 2`,
  predictions: `SELECT hex(p.content_hash) AS photo, l.name, q.rank, q.score FROM prediction q
    JOIN photo p ON p.id = q.photo_id JOIN label l ON l.id = q.label_id ORDER BY 1, 3`,
  embeddings: `SELECT hex(p.content_hash) AS photo, hex(e.vector) AS vector FROM embedding e
    JOIN photo p ON p.id = e.photo_id ORDER BY 1`,
  annotations: `SELECT hex(p.content_hash) AS photo, l.name, a.state, a.at_ms, a.head_version FROM annotation a
    JOIN photo p ON p.id = a.photo_id JOIN label l ON l.id = a.label_id ORDER BY 1, 2`,
  heads: 'SELECT version, kind, hex(parameters) AS parameters FROM head ORDER BY version',
  folders: 'SELECT path FROM folder ORDER BY path',
  jobs: 'SELECT request, state FROM job ORDER BY request',
}

/** What a library says, with hashes and names in the place of numbers. */
export function contentsOf(file: string): Record<keyof typeof statements, unknown[]> {
  const db = new Database(file, { readonly: true })
  try {
    return Object.fromEntries(
      Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql).all()]),
    ) as Record<keyof typeof statements, unknown[]>
  } finally {
    db.close()
  }
}

/** Every row of every table, to the byte. */
export function rowsOf(file: string): unknown[] {
  const db = new Database(file, { readonly: true })
  try {
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%\\_text%' ESCAPE '\\'",
      )
      .pluck()
      .all() as string[]
    return tables.map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).all()])
  } finally {
    db.close()
  }
}
