// The columns of photos as rows of text, for the rows and their heads.

/** `picture` has no head. */
export type TableColumn = 'picture' | 'name' | 'label' | 'score' | 'similarity' | 'rating' | 'date' | 'folder'

interface Column {
  readonly name: TableColumn
  readonly minPx: number
  /** Of what is left over; without it a column is as wide as `maxPx`, or as its minimum. */
  readonly isFlexible?: true
  readonly maxPx?: number
  /** From which width of a row on it shows; always without it. */
  readonly fromPx?: number
}

const columns: readonly Column[] = [
  { name: 'picture', minPx: 32 },
  { name: 'name', minPx: 60, isFlexible: true },
  { name: 'label', minPx: 60, isFlexible: true },
  { name: 'score', minPx: 60 },
  { name: 'similarity', minPx: 92 },
  { name: 'rating', minPx: 76, fromPx: 580 },
  { name: 'date', minPx: 106, maxPx: 120 },
  { name: 'folder', minPx: 60, isFlexible: true, fromPx: 640 },
]
const gapPx = 12
const paddingPx = 16
/** What is left of a column that the user has made as narrow as can be. */
export const narrowestPx = 40

/** What the user has said about columns. */
export interface ColumnChoice {
  readonly widthsPx: Readonly<Partial<Record<TableColumn, number>>>
  readonly hidden: readonly TableColumn[]
}

/** The columns of rows of one width. */
export interface TableColumns {
  /** As `grid-template-columns` has it. */
  readonly template: string
  /** Those that show, from the left. */
  readonly shown: readonly TableColumn[]
  /** Those that are wanted and that these rows are too narrow for. */
  readonly withoutRoom: readonly TableColumn[]
  has(name: TableColumn): boolean
  /** How wide a column can be made, so that each other one keeps what it has or needs, in px. */
  mostPx(name: TableColumn): number
}

/** Returns the width that the contents of a column never go below, in px. */
export const leastPx = (name: TableColumn): number =>
  columns.find((column) => column.name === name)?.minPx ?? narrowestPx

/**
 * Names and labels go before folders and stars where rows are narrow. Similarities are only in lists that have them. Widths
 * that the user has set shrink where they do not fit; where they leave room, the last column takes it.
 * @param rowPx width of a row
 */
export function tableColumnsIn(
  rowPx: number,
  hasSimilarities: boolean,
  { widthsPx, hidden }: ColumnChoice,
): TableColumns {
  const wanted = columns.filter(
    ({ name }) => !hidden.includes(name) && (hasSimilarities || name !== 'similarity'),
  )
  const hiddenPx = sum(columns.filter(({ name }) => hidden.includes(name)).map(({ minPx }) => minPx + gapPx))
  const shown = wanted.filter(({ fromPx = 0 }) => rowPx + hiddenPx >= fromPx)
  const leastOf = ({ name, minPx }: Column) => Math.min(minPx, widthsPx[name] ?? minPx)
  const roomPx = rowPx - paddingPx - gapPx * (shown.length - 1)
  const overPx = sum(shown.map((column) => widthsPx[column.name] ?? column.minPx)) - roomPx
  const sparePx = sum(shown.map((column) => (widthsPx[column.name] ?? column.minPx) - leastOf(column)))
  const shrinking = overPx <= 0 || sparePx === 0 ? 0 : Math.min(1, overPx / sparePx)
  const isFlexible = (column: Column) => column.isFlexible === true && widthsPx[column.name] === undefined
  const takesRest = shown.some(isFlexible) ? null : shown.at(-1)
  const widthOf = (column: Column) => {
    const px = widthsPx[column.name]
    const minPx = leastOf(column)
    if (column === takesRest) return `minmax(${minPx}px, 1fr)`
    if (px !== undefined) return `${Math.floor(px - (px - minPx) * shrinking)}px`
    if (isFlexible(column)) return `minmax(${minPx}px, 3fr)`
    return column.maxPx === undefined ? `${minPx}px` : `minmax(${minPx}px, ${column.maxPx}px)`
  }
  return {
    template: shown.map(widthOf).join(' '),
    shown: shown.map(({ name }) => name),
    withoutRoom: wanted.filter((column) => !shown.includes(column)).map(({ name }) => name),
    has: (name) => shown.some((column) => column.name === name),
    mostPx: (name) =>
      roomPx -
      sum(
        shown
          .filter((column) => column.name !== name)
          .map((column) => (column === takesRest ? column.minPx : (widthsPx[column.name] ?? column.minPx))),
      ),
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
