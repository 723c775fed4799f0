// The columns of photos as rows of text, for the rows and their heads.

/** `picture` has no head. */
export type TableColumn = 'picture' | 'name' | 'label' | 'score' | 'similarity' | 'rating' | 'date' | 'folder'

const columns: readonly { readonly name: TableColumn; readonly width: string; readonly fromPx: number }[] = [
  { name: 'picture', width: '32px', fromPx: 0 },
  { name: 'name', width: 'minmax(60px, 3fr)', fromPx: 0 },
  { name: 'label', width: 'minmax(60px, 3fr)', fromPx: 0 },
  { name: 'score', width: '60px', fromPx: 0 },
  { name: 'similarity', width: '92px', fromPx: 0 },
  { name: 'rating', width: '76px', fromPx: 580 },
  { name: 'date', width: 'minmax(106px, 120px)', fromPx: 0 },
  { name: 'folder', width: 'minmax(0, 3fr)', fromPx: 640 },
]

/**
 * Those that rows of this width have room for: names and labels go before folders and stars. Similarities are only in
 * lists that have them.
 */
export function tableColumnsIn(
  rowPx: number,
  hasSimilarities: boolean,
): { has: (name: TableColumn) => boolean; template: string } {
  const shown = columns.filter(
    ({ name, fromPx }) => rowPx >= fromPx && (hasSimilarities || name !== 'similarity'),
  )
  return {
    has: (wanted) => shown.some(({ name }) => name === wanted),
    template: shown.map(({ width }) => width).join(' '),
  }
}
