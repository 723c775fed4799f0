// Makes a large library of copies of a smaller one of large-library.ts, with other photos, labels and embeddings in each.
import { linkSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import Database from 'better-sqlite3'
import { openStore } from '../../electron/core/store/db.ts'
import { otherEmbedding } from './made-embeddings.ts'

export interface GrowPlan {
  /** The folder of the smaller library, which stays as it is. */
  readonly from: string
  /** Gets `library.db` and `photos`, hard links to those of `from`. */
  readonly folder: string
  readonly copies: number
  /** The number of the first copy, so that libraries of other copies have other photos. */
  readonly firstCopy?: number
  /** False: the photos are only in the library. */
  readonly hasFiles?: boolean
}

/** Files by number and photos by number of a copy come after those of the copy before; each table with what tells copies apart. */
const tables: readonly { readonly name: string; readonly values: Readonly<Record<string, string>> }[] = [
  {
    name: 'photo',
    values: {
      id: 'id + @photos',
      subject_id: 'subject_id + @photos',
      content_hash: 'other_hash(content_hash, @copy)',
      identity: 'other_hash(identity, @copy)',
      rendering: 'other_hash(rendering, @copy)',
    },
  },
  {
    name: 'file',
    values: { id: 'id + @files', photo_id: 'photo_id + @photos', path: 'other_path(path, @copy)' },
  },
  { name: 'file_metadata', values: { file_id: 'file_id + @files' } },
  { name: 'inference', values: { photo_id: 'photo_id + @photos' } },
  {
    name: 'prediction',
    values: {
      photo_id: 'photo_id + @photos',
      label_id:
        '(SELECT b.label_id FROM class a JOIN class b ON b.place = (a.place + 97 * @copy) % (SELECT count(*) FROM class) WHERE a.label_id = s.label_id)',
    },
  },
  {
    name: 'embedding',
    values: {
      id: 'id + @embeddings',
      photo_id: 'photo_id + @photos',
      vector: 'other_vector(vector, @copy)',
    },
  },
  { name: 'annotation', values: { photo_id: 'photo_id + @photos' } },
]

/** Returns the file of the library. */
export function growLibrary({ from, folder, copies, firstCopy = 0, hasFiles = true }: GrowPlan): string {
  const numbers = Array.from({ length: copies }, (_, at) => firstCopy + at)
  const file = path.join(folder, 'library.db')
  mkdirSync(path.join(folder, 'photos'), { recursive: true })
  openStore({ file }).close()
  const db = new Database(file)
  const otherPath = (name: string, copy: number) =>
    path.posix.join(
      folder,
      'photos',
      String(copy),
      path.posix.relative(path.posix.join(from, 'photos'), name),
    )
  defineFunctions(db, otherPath)
  db.exec(`ATTACH '${path.join(from, 'library.db').replaceAll("'", "''")}' AS source`)
  db.exec('DELETE FROM label; DELETE FROM scan; PRAGMA cache_size = -200000; PRAGMA foreign_keys = OFF')
  for (const name of ['label', 'scan', 'model', 'model_variant', 'job', 'model_class'])
    db.exec(`INSERT INTO main.${name} SELECT * FROM source.${name}`)
  db.prepare('INSERT INTO folder (path, added_at_ms) VALUES (?, 0)').run(path.posix.join(folder, 'photos'))
  db.exec(`CREATE TEMP TABLE class (label_id INTEGER PRIMARY KEY, place INTEGER UNIQUE);
    INSERT INTO class SELECT label_id, row_number() OVER (ORDER BY label_id) - 1
    FROM (SELECT DISTINCT label_id FROM source.prediction)`)
  for (const copy of numbers) copyTables(db, copy)
  const paths = db.prepare('SELECT path FROM source.file').pluck().all() as string[]
  db.close()
  if (hasFiles) for (const copy of numbers) linkAll(paths, (name) => otherPath(name, copy))
  const store = openStore({ file })
  while (store.search.catchUp(10_000));
  store.close()
  return file
}

function defineFunctions(db: Database.Database, otherPath: (name: string, copy: number) => string): void {
  db.function('other_path', (name, copy) => otherPath(String(name), Number(copy)))
  db.function('other_hash', (hash, copy) => {
    if (!(hash instanceof Uint8Array)) return null
    const other = Buffer.from(hash)
    other[0] = ((other[0] ?? 0) + Number(copy)) % 256
    return other
  })
  db.function('other_vector', (vector, copy) => {
    if (!(vector instanceof Uint8Array)) return null
    return otherEmbedding(vector, Number(copy))
  })
}

function copyTables(db: Database.Database, copy: number): void {
  const most = (table: string): number =>
    copy * (db.prepare(`SELECT coalesce(max(id), 0) FROM source.${table}`).pluck().get() as number)
  const offsets = { copy, files: most('file'), photos: most('photo'), embeddings: most('embedding') }
  db.transaction(() => {
    for (const { name, values } of tables) {
      const columns = db.prepare(`SELECT name FROM pragma_table_info('${name}')`).pluck().all() as string[]
      const list = columns.map((column) => values[column] ?? `s.${column}`).join(', ')
      const key = columns.includes('id') ? 'id' : 'rowid'
      const order = name === 'photo' || name === 'file' || name === 'embedding' ? `ORDER BY ${key}` : ''
      db.prepare(
        `INSERT INTO main.${name} (${columns.join(', ')}) SELECT ${list} FROM source.${name} s ${order}`,
      ).run(offsets)
    }
  })()
}

function linkAll(paths: readonly string[], otherPath: (name: string) => string): void {
  const folders = new Set<string>()
  for (const name of paths) {
    const other = otherPath(name)
    const folder = path.posix.dirname(other)
    if (folders.size < folders.add(folder).size) mkdirSync(folder, { recursive: true })
    linkSync(name, other)
  }
}
