// Trees as lists of rows: what is open, what lies below what, where the keys lead. Pure.
import type { FolderNode } from '../../../../electron/contract/library.ts'
import type { LabelNode } from '../../../../electron/contract/browse.ts'
import { compareNames } from '../../i18n/compare-names.ts'

export interface TreeRow {
  /** Path of the folder or full name of the label. */
  readonly id: string
  readonly name: string
  /** From 0. */
  readonly depth: number
  readonly count: number
  readonly hasChildren: boolean
  readonly isMissing?: boolean
}

/** The core lists parents before children; depths may jump where folders without photos lie between. */
export function folderRows(nodes: readonly FolderNode[]): TreeRow[] {
  return nodes.map((node, index) => ({
    id: node.path,
    name: node.name,
    depth: node.depth,
    count: node.files,
    hasChildren: (nodes[index + 1]?.depth ?? 0) > node.depth,
    isMissing: node.isMissing,
  }))
}

/** A folder as users call it: from the name of the folder that they added, `Photos/2024/June`. */
export function placeInLibrary(nodes: readonly FolderNode[], path: string): string {
  const root = nodes.find(
    (node) => node.depth === 0 && (path === node.path || path.startsWith(`${node.path}/`)),
  )
  return root === undefined ? path : root.name + path.slice(root.path.length)
}

/** Those labels that are confirmed, suggested or in files. `animal/cat` lies below `animal`; the core lists both. By what is shown. */
export function labelRows(
  labels: readonly LabelNode[],
  source: 'confirmed' | 'suggested' | 'keywords',
  textOf: (name: string) => string = (name) => name,
): TreeRow[] {
  const sorted = labels
    .filter((label) => label[source] > 0)
    .map((label) => ({ ...label, text: textOf(label.name) }))
    .sort((a, b) => compareLabels(a.text, b.text))
  return sorted.map(({ name, text, [source]: count }, index) => ({
    id: name,
    name: text.slice(text.lastIndexOf('/') + 1),
    depth: name.split('/').length - 1,
    count,
    hasChildren: sorted[index + 1]?.name.startsWith(`${name}/`) ?? false,
  }))
}

/** Part by part, so that children come right after their parent. */
function compareLabels(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareNames(left[index] ?? '', right[index] ?? '')
    if (order !== 0) return order
  }
  return left.length - right.length
}

/** Rows whose parents are all open. */
export function openRows(rows: readonly TreeRow[], isOpen: (id: string) => boolean): TreeRow[] {
  const shown: TreeRow[] = []
  let closedDepth = Infinity
  for (const row of rows) {
    if (row.depth > closedDepth) continue
    closedDepth = row.hasChildren && !isOpen(row.id) ? row.depth : Infinity
    shown.push(row)
  }
  return shown
}

/** All rows from one to the other, in their order; the other alone where the one does not show any more. */
export function rangeOfRows(rows: readonly TreeRow[], from: string, to: string): string[] {
  const [start, end] = [from, to].map((wanted) => rows.findIndex(({ id }) => id === wanted))
  if (start === undefined || end === undefined || start === -1 || end === -1) return [to]
  return rows.slice(Math.min(start, end), Math.max(start, end) + 1).map(({ id }) => id)
}

/** Rows that match, with the parents that lead to them. */
export function matchingRows(rows: readonly TreeRow[], text: string): TreeRow[] {
  const wanted = text.trim().toLocaleLowerCase()
  if (wanted === '') return [...rows]
  const kept = new Set<TreeRow>()
  const parents: TreeRow[] = []
  for (const row of rows) {
    parents.length = row.depth
    parents.push(row)
    if (row.name.toLocaleLowerCase().includes(wanted)) for (const one of parents) kept.add(one)
  }
  return rows.filter((row) => kept.has(row))
}

/** Where an arrow key leads in a tree; for left and right, whether to open or close instead. */
export function moveInTree(
  rows: readonly TreeRow[],
  index: number,
  key: string,
  isOpen: (id: string) => boolean,
): { index: number } | { toggle: string } | null {
  const row = rows[index]
  if (row === undefined) return null
  const last = rows.length - 1
  switch (key) {
    case 'ArrowDown':
      return { index: Math.min(last, index + 1) }
    case 'ArrowUp':
      return { index: Math.max(0, index - 1) }
    case 'Home':
      return { index: 0 }
    case 'End':
      return { index: last }
    case 'ArrowRight':
      if (!row.hasChildren) return null
      return isOpen(row.id) ? { index: Math.min(last, index + 1) } : { toggle: row.id }
    case 'ArrowLeft': {
      if (row.hasChildren && isOpen(row.id)) return { toggle: row.id }
      const parent = rows.findLastIndex((other, at) => at < index && other.depth < row.depth)
      return parent === -1 ? null : { index: parent }
    }
    default:
      return null
  }
}
