// Where labels can come from, and where the photos are that they are about.

import type { CsvEncoding } from '../../../../electron/contract/imports.ts'

export type ImportKind = 'csv' | 'folder'

export const importKinds: readonly ImportKind[] = ['csv', 'folder']

/** What tables are written in, but for those with a byte order mark. */
export const encodings: readonly CsvEncoding[] = [
  ...(['utf-8', 'windows-1252', 'windows-1250', 'windows-1251'] as const),
  ...(['gb18030', 'big5', 'shift_jis', 'euc-kr'] as const),
]

/** The folder that holds all of them; the first one where they lie on different drives. */
export function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders.map((folder) => folder.split('/'))
  const parts = first === '' ? [] : first
  const shared = others.reduce(
    (all, other) =>
      all.slice(
        0,
        [...all, ''].findIndex((part, at) => at >= all.length || part !== other[at]),
      ),
    parts,
  )
  if (shared.length === 0) return folders[0] ?? ''
  const folder = shared.join('/')
  // The roots keep their slash: `C:` alone would mean the current folder of that drive.
  return /^([A-Za-z]:)?$/.test(folder) ? `${folder}/` : folder
}
