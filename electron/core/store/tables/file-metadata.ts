// What the files themselves say, as it was read last: of photos' files and of sidecars.
import { z } from 'zod'
import { FileId, type PhotoId } from '../../../contract/domain.ts'
import { notHereReason } from '../../domain/photo-state.ts'
import type { FileMetadata } from '../../domain/file-metadata.ts'
import type { Db } from '../sqlite/connection.ts'
import { createSidecars } from './sidecars.ts'

export interface FileState {
  readonly sizeBytes: number
  readonly modifiedAtMs: number
}

const UnreadRow = z.object({
  path: z.string(),
  sizeBytes: z.int(),
  modifiedAtMs: z.number(),
  isSidecar: z.int(),
})
/** A file whose metadata is not known, or was read from an earlier state of it. */
export type UnreadFile = z.infer<typeof UnreadRow>

/** The columns of FileMetadata, by the names of its fields. */
const Said = z.object({
  rating: z.int().nullable(),
  title: z.string().nullable(),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  camera: z.string().nullable(),
  lens: z.string().nullable(),
  takenAt: z.string().nullable(),
  isMotion: z.int(),
} satisfies Record<Exclude<keyof FileMetadata, 'keywords'>, z.ZodType>)
const fields = Object.keys(Said.shape)
const SaidRow = Said.extend({ fileId: FileId, keywords: z.string() })
const columnOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const isSidecarName = (path: string): string => `${path} LIKE '%.xmp'`

export type Metadata = ReturnType<typeof createMetadata>

export function createMetadata(db: Db) {
  const put = db.command(
    // A row that is replaced takes its keywords with it.
    `INSERT OR REPLACE INTO file_metadata (file_id, size_bytes, modified_at_ms, is_damaged, ${fields.map(columnOf).join()})
     SELECT id, @sizeBytes, @modifiedAtMs, @isDamaged, ${fields.map((field) => `@${field}`).join()}
     FROM file WHERE path = @path`,
  )
  const addKeywords = db.command(
    `INSERT OR IGNORE INTO file_keyword (file_id, name)
     SELECT f.id, e.value FROM file f, json_each(@keywords) e WHERE f.path = @path`,
  )
  const noteTaken = db.command(
    `UPDATE photo SET taken_at_ms = @takenAtMs
     WHERE id = (SELECT photo_id FROM file WHERE path = @path) AND taken_at_ms IS NULL`,
  )
  const unread = db.query(
    `SELECT f.path, f.size_bytes AS sizeBytes, f.modified_at_ms AS modifiedAtMs, ${isSidecarName('f.path')} AS isSidecar
     FROM file f LEFT JOIN file_metadata m ON m.file_id = f.id
     WHERE f.path > @after AND f.path < @to AND f.missing_since_ms IS NULL
       AND ((f.photo_id IS NOT NULL AND f.problem_kind IS NULL) OR (f.problem_kind = 'skipped' AND f.problem <> @notHere AND ${isSidecarName('f.path')}))
       AND (m.size_bytes, m.modified_at_ms) IS NOT (f.size_bytes, f.modified_at_ms)
     ORDER BY f.path LIMIT @limit`,
    UnreadRow,
  )
  const columns = `${fields.map((field) => `m.${columnOf(field)} AS ${field}`).join()},
    (SELECT json_group_array(name) FROM file_keyword k WHERE k.file_id = m.file_id) AS keywords`
  const said = db.query(
    `SELECT e.value AS fileId, ${columns} FROM json_each(@fileIds) e
     JOIN sidecar c ON c.file_id = e.value AND c.is_used = 1 JOIN file_metadata m ON m.file_id = c.sidecar_id
     UNION ALL SELECT e.value, ${columns} FROM json_each(@fileIds) e JOIN file_metadata m ON m.file_id = e.value
     UNION ALL SELECT e.value, ${columns} FROM json_each(@fileIds) e JOIN file f ON f.id = e.value
     JOIN file g ON g.companion_of = f.path JOIN file_metadata m ON m.file_id = g.id`,
    SaidRow,
  )
  const forget = db.command(
    'DELETE FROM file_metadata WHERE file_id IN (SELECT id FROM file WHERE path IN (SELECT value FROM json_each(@paths)))',
  )
  const ids = db.query(
    'SELECT f.id AS fileId, f.path FROM json_each(@paths) e JOIN file f ON f.path = e.value',
    z.object({ fileId: FileId, path: z.string() }),
  )
  const filesOf = db.query(
    'SELECT id AS fileId FROM file WHERE photo_id = @photoId AND missing_since_ms IS NULL',
    z.object({ fileId: FileId }),
  )

  const ofFiles = (fileIds: readonly FileId[]): Map<FileId, FileMetadata> => {
    const found = new Map<FileId, FileMetadata>()
    for (const { fileId, keywords, isMotion, ...rest } of said.all({ fileIds: JSON.stringify(fileIds) })) {
      const row = { ...rest, isMotion: isMotion === 1 }
      const names = z.array(z.string()).parse(JSON.parse(keywords))
      const known = found.get(fileId)
      found.set(fileId, known === undefined ? { ...row, keywords: names.sort() } : joined(known, row, names))
    }
    return found
  }
  return {
    ...createSidecars(db),
    /** Saves what a file says, unless it was forgotten meanwhile. */
    record: (path: string, state: FileState, metadata: FileMetadata, isDamaged: boolean): void => {
      const { keywords, isMotion, ...rest } = metadata
      db.transaction(() => {
        put({ path, ...pick(state), ...rest, isMotion: isMotion ? 1 : 0, isDamaged: isDamaged ? 1 : 0 })
        addKeywords({ path, keywords: JSON.stringify(keywords) })
        const takenAtMs = rest.takenAt === null ? Number.NaN : Date.parse(rest.takenAt)
        if (!Number.isNaN(takenAtMs)) noteTaken({ path, takenAtMs })
      })
    },
    /** What these files say is read anew. */
    forget: (paths: readonly string[]): void => {
      forget({ paths: JSON.stringify(paths) })
    },
    /** Returns the next files of the range after this path that must be read, by path. */
    unread: (range: { readonly after: string; readonly to: string }, limit: number): UnreadFile[] =>
      unread.all({ ...range, limit, notHere: notHereReason.template }),
    /** Returns what is said about these files, by their sidecars, which come first, by themselves, and by what belongs to them. */
    ofFiles,
    /** The same by path. */
    ofPaths: (paths: readonly string[]): Map<string, FileMetadata> => {
      const rows = ids.all({ paths: JSON.stringify(paths) })
      const found = ofFiles(rows.map(({ fileId }) => fileId))
      return new Map(
        rows.flatMap(({ fileId, path }) => {
          const metadata = found.get(fileId)
          return metadata === undefined ? [] : [[path, metadata] as const]
        }),
      )
    },
    /** Returns what the present files of a photo say together; null where none was read. */
    ofPhoto: (photoId: PhotoId): FileMetadata | null => {
      const all = [...ofFiles(filesOf.all({ photoId }).map(({ fileId }) => fileId)).values()]
      return all.length === 0
        ? null
        : all.reduce((known, { keywords, ...row }) => joined(known, row, keywords))
    },
  }
}

const pick = ({ sizeBytes, modifiedAtMs }: FileState): FileState => ({ sizeBytes, modifiedAtMs })

function joined(
  known: FileMetadata,
  more: Omit<FileMetadata, 'keywords'>,
  keywords: readonly string[],
): FileMetadata {
  const hasPlace = known.latitude !== null
  return {
    keywords: [...new Set([...known.keywords, ...keywords])].sort(),
    rating: known.rating ?? more.rating,
    title: known.title ?? more.title,
    latitude: hasPlace ? known.latitude : more.latitude,
    longitude: hasPlace ? known.longitude : more.longitude,
    camera: known.camera ?? more.camera,
    lens: known.lens ?? more.lens,
    takenAt: known.takenAt ?? more.takenAt,
    isMotion: known.isMotion || more.isMotion,
  }
}
