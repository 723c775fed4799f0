// Labels from a CSV become confirmed labels: columns are found by name, photos by path, then by name, then by hash.
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { PhotoId } from '../../contract/domain.ts'
import { AppError } from '../../contract/errors.ts'
import type { ImportReport, ImportRequest } from '../../contract/learning.ts'
import type { Store } from '../store/db.ts'
import { parseCsv, type CsvRow } from './csv.ts'
import { createMatcher } from './match-photos.ts'

/** Names of columns in the order of preference, as other programs write them; compared without case, `_` and spaces. */
const fileColumns = ['filename', 'file', 'path', 'image', 'imagepath', 'imageid', 'photo', 'id', 'name']
const labelColumns = ['label', 'labels', 'class', 'classname', 'category', 'tag', 'target', 'label0']
const hashColumns = ['sha256', 'hash', 'contenthash', 'checksum']

/** Rows read in one go; some milliseconds. */
const stretch = 1000

/** Says what the file holds and what of it matches, and confirms the labels when the request says so. */
export async function importLabels(store: Store, request: ImportRequest): Promise<ImportReport> {
  const lines = parseCsv(await read(request.file))
  const header = lines.next().value
  const columns = findColumns(header, request.file)
  const match = await createMatcher(store, request.folder)
  let rows = 0
  const counts = { path: 0, name: 0, hash: 0 }
  const unmatched: ImportReport['unmatched'] = []
  const photosByLabel = new Map<string, Set<PhotoId>>()
  for (const { line, cells } of lines) {
    if (++rows % stretch === 0) await setImmediate()
    if (cell(cells, columns.source) === 'model') {
      unmatched.push({ line, file: cell(cells, columns.file), reason: 'it is a suggestion of a model' })
      continue
    }
    const label = cell(cells, columns.label)
    const found = match(cell(cells, columns.file), cell(cells, columns.hash))
    const reason = label === '' ? 'it has no label' : found.photoId === null ? found.reason : null
    if (reason !== null || found.photoId === null) {
      unmatched.push({ line, file: cell(cells, columns.file), reason: reason ?? '' })
      continue
    }
    counts[found.by] += 1
    const photos = photosByLabel.get(label) ?? new Set()
    photosByLabel.set(label, photos.add(found.photoId))
  }
  if (request.isApplied) store.annotations.confirmAll(photosByLabel)
  const nameOf = (column: number) => (column === -1 ? null : (header?.cells[column] ?? null))
  return {
    rows,
    columns: {
      file: nameOf(columns.file),
      label: nameOf(columns.label) ?? '',
      hash: nameOf(columns.hash),
    },
    matchedByPath: counts.path,
    matchedByName: counts.name,
    matchedByHash: counts.hash,
    unmatched,
    labels: [...photosByLabel].map(([name, photos]) => ({ name, photos: photos.size })),
    isApplied: request.isApplied,
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'an error'
    throw new AppError('not-found', `${file} cannot be read (${code}). Check the name of the file.`, {
      cause: error,
    })
  }
}

const cell = (cells: readonly string[], column: number): string => (cells[column] ?? '').trim()

function findColumns(
  header: CsvRow | undefined,
  file: string,
): { file: number; label: number; hash: number; source: number } {
  const names = (header?.cells ?? []).map((name) => name.toLowerCase().replaceAll(/[_\s-]/g, ''))
  const find = (wanted: readonly string[]) =>
    names.indexOf(wanted.find((name) => names.includes(name)) ?? '?')
  const columns = {
    file: find(fileColumns),
    label: find(labelColumns),
    hash: find(hashColumns),
    source: find(['source']),
  }
  if (columns.label !== -1 && (columns.file !== -1 || columns.hash !== -1)) return columns
  throw new AppError(
    'bad-request',
    `${file} has no columns that say which photo has which label; it has: ${header?.cells.join(', ') ?? 'nothing'}. Name them file_name (or sha256) and label.`,
  )
}
