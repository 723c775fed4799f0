// Which columns of a table say which photo has which label, as other programs name them, or as the user says.
import { AppError } from '../../contract/errors.ts'
import type { CsvImportRequest } from '../../contract/imports.ts'
import { msg, type Message } from '../../texts/message.ts'

/** In the order of preference; compared without case, `_`, `-` and spaces, and without `.label` at the end (FiftyOne). */
const fileColumns = [
  ...['filename', 'file', 'filepath', 'path', 'image', 'imagepath', 'imagename', 'imagefilename', 'imageid'],
  ...['imageurl', 'img', 'imgpath', 'picture', 'photo', 'id', 'name', 'url'],
]
const labelColumns = [
  ...['label', 'labels', 'class', 'classname', 'category', 'tag', 'tags', 'target', 'label0', 'choice'],
  ...['groundtruth', 'imagelabel', 'species', 'predictedlabel', 'prediction'],
]
const hashColumns = ['sha256', 'hash', 'contenthash', 'checksum']

export interface Columns {
  /** Positions; -1 where there is none. */
  readonly file: number
  readonly hash: number
  readonly source: number
  readonly label: number
  /** One-hot columns, each of which is a label; empty where one column holds the labels. */
  readonly classes: readonly number[]
}

const simplify = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[_\s-]/g, '')
    .replace(/\.label$/, '')

/** Whether all cells are 0 or 1, as one-hot tables have them. */
const isFlag = (cell: string | undefined): boolean =>
  /^(0|1)(\.0*)?$|^(true|false)$/i.test(cell?.trim() ?? '')

/**
 * Finds the columns by their names, or by those that the user gave. Where no column holds labels, all columns but those of
 * the photo are labels of their own, if the first row has nothing but 0 and 1 in them; see also `asksForColumns`.
 * @throws AppError where the table has no column that the user named.
 */
export function findColumns(
  header: readonly string[],
  firstRow: readonly string[],
  { file: table, columns: wanted }: Pick<CsvImportRequest, 'file' | 'columns'>,
): Columns {
  const names = header.map(simplify)
  const find = (known: readonly string[]) => names.indexOf(known.find((name) => names.includes(name)) ?? '?')
  const choose = (name: string | null | undefined, known: readonly string[]): number => {
    if (name === null || name === undefined) return find(known)
    const at = header.findIndex((cell) => cell.trim() === name.trim())
    if (at === -1)
      throw new AppError(
        'bad-request',
        msg('{{file}} has no column {{column}}.', { file: table, column: name }),
      )
    return at
  }
  const file = choose(wanted?.file, fileColumns)
  const hash = choose(wanted?.hash, hashColumns)
  const label = choose(wanted?.label, labelColumns)
  const source = find(['source'])
  const others = header.flatMap((_, at) => (at === file || at === hash ? [] : [at]))
  const isOneHot = label === -1 && others.length > 1 && others.every((at) => isFlag(firstRow[at]))
  return { file, hash, source, label, classes: isOneHot ? others : [] }
}

/** What to ask where the columns leave open which photo has which label; null where they do not. */
export function asksForColumns(
  { file, hash, label, classes }: Columns,
  cells: number,
  table: string,
): Message | null {
  if ((label !== -1 || classes.length > 0) && (file !== -1 || hash !== -1)) return null
  // What the line says is the file's content, which an error never repeats: it may be no table at all.
  return msg(
    'None of the {{count}} cells in the first line of {{file}} names a column with labels, or one with photos. Choose the columns, or name them label, and file_name or sha256.',
    { file: table, count: cells },
  )
}
