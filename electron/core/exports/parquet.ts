// Writes the rows of the format `long` as Parquet, a row group at a time, so that memory does not grow with the library.
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer'
import type { ExportColumn } from '../../contract/exports.ts'
import type { Append } from '../outputs/outputs.ts'
import type { ExportFile } from './export-file.ts'
import { longRows, type LongRow } from './long-rows.ts'

type Element = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number]
type Leaf = Pick<Element, 'type' | 'converted_type' | 'logical_type'>
type Value = string | number | readonly (string | number)[] | null

/** Encoding a row group takes some tens of milliseconds, in which nothing else is answered. */
const rowsAtOnce = 16_384
const floatsAtOnce = 2 ** 17
/** Of these, what the first row group has: code that was not compiled yet takes ten times as long. The next ones have twice as many. */
const firstShare = 1 / 16

const text: Leaf = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
const integer: Leaf = { type: 'INT32' }
const double: Leaf = { type: 'DOUBLE' }
const float: Leaf = { type: 'FLOAT' }

const one = (name: string, leaf: Leaf, isRequired = false): Element[] => [
  { name, ...leaf, repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL' },
]
/** A list in the three levels that the format's specification asks for. */
const list = (name: string, leaf: Leaf): Element[] => [
  {
    name,
    num_children: 1,
    repetition_type: 'OPTIONAL',
    converted_type: 'LIST',
    logical_type: { type: 'LIST' },
  },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  { name: 'element', ...leaf, repetition_type: 'REQUIRED' },
]

interface Column {
  readonly elements: Element[]
  readonly values: Value[]
  readonly add: (row: LongRow, file: ExportFile, isFirst: boolean) => void
}

function column(
  elements: Element[],
  read: (row: LongRow, file: ExportFile, isFirst: boolean) => Value,
): Column {
  const values: Value[] = []
  return { elements, values, add: (...of) => void values.push(read(...of)) }
}

/** The columns of `long`; docs/export.md documents them. */
const longColumns = (): Column[] => [
  column(one('file_name', text, true), ({ fileName }) => fileName),
  column(one('label', text), ({ label }) => label),
  column(one('score', double), ({ score }) => score),
  column(one('rank', integer), ({ rank }) => rank),
  column(one('status', text, true), ({ status }) => status),
  column(one('reason', text), ({ reason }) => reason),
  column(one('source', text), ({ source }) => source),
  column(one('model', text), ({ model }) => model),
]

const leafOf: Readonly<Record<ExportColumn, Leaf>> = {
  ...{ taken_at: text, camera: text, lens: text, sha256: text, path: text, title: text },
  ...{ latitude: double, longitude: double, width: integer, height: integer, rating: integer },
  ...{ keywords: text, companions: text, flag: text, rating_source: text },
}
const lists: ReadonlySet<ExportColumn> = new Set(['keywords', 'companions'])

const extraColumns = (names: readonly ExportColumn[]): Column[] =>
  names.map((name, at) =>
    column((lists.has(name) ? list : one)(name, leafOf[name]), (_, file) => file.columns[at]?.[1] ?? null),
  )

export interface ParquetRequest {
  readonly columns: readonly ExportColumn[]
  /** Returns the embedding of a file's photo; null: the table has no such column. */
  readonly embeddingOf: ((file: ExportFile) => Float32Array | null) | null
}

export interface ParquetTable {
  /** Adds the rows of a file. Returns how many. */
  add(file: ExportFile): Promise<number>
  /** Writes what is left, and the description of the table at its end. */
  finish(): Promise<void>
}

/** Everything is appended in the order of the file. Throws what `append` throws. */
export function createParquetTable(append: Append, { columns, embeddingOf }: ParquetRequest): ParquetTable {
  let [rows, floats, share] = [0, 0, firstShare]
  // Once a photo: of the rows of a file, the first one has it.
  const embeddings = column(list('embedding', float), (_, file, isFirst) => {
    const vector = isFirst ? (embeddingOf?.(file) ?? null) : null
    floats += vector?.length ?? 0
    return vector === null ? null : Array.from(vector)
  })
  const all = [...longColumns(), ...extraColumns(columns), ...(embeddingOf === null ? [] : [embeddings])]
  const writer = new ByteWriter()
  const table = new ParquetWriter({
    writer,
    schema: [{ name: 'labels', num_children: all.length }, ...all.flatMap(({ elements }) => elements)],
    createdBy: 'Labelroom',
    kvMetadata: [{ key: 'labelroom.table', value: 'long' }],
  })
  const send = async (): Promise<void> => {
    const bytes = writer.getBytes().slice()
    writer.index = 0
    await append(bytes)
  }
  const writeGroup = async (): Promise<void> => {
    if (rows === 0) return
    const columnData = all.map(({ elements, values }): ColumnSource => {
      const isEmbedding = values === embeddings.values
      return {
        name: elements[0]?.name ?? '',
        data: values as unknown[],
        // Neither smaller nor ordered.
        ...(isEmbedding
          ? { encoding: 'PLAIN', codec: 'UNCOMPRESSED', statistics: false, offsetIndex: false }
          : {}),
      }
    })
    await table.write({ columnData, rowGroupSize: rows })
    for (const { values } of all) values.length = 0
    rows = floats = 0
    share = Math.min(1, 2 * share)
    await send()
  }
  return {
    async add(file) {
      const added = longRows(file)
      for (const [at, row] of added.entries()) for (const { add } of all) add(row, file, at === 0)
      rows += added.length
      if (rows >= share * rowsAtOnce || floats >= share * floatsAtOnce) await writeGroup()
      return added.length
    },
    async finish() {
      await writeGroup()
      await table.finish()
      await send()
    },
  }
}
