// Pure path arithmetic on absolute folders with `/`.

/** Drops folders that lie inside another one of the list, and repetitions; keeps the order. */
export function outermostFolders(folders: readonly string[]): string[] {
  const unique = [...new Set(folders.map(withoutSlash))]
  return unique.filter((folder) => !unique.some((other) => other !== folder && isInside(folder, other)))
}

/** The roots `/` and `C:/` keep their slash: `C:` alone means the current folder of that drive. */
function withoutSlash(folder: string): string {
  return /^([A-Za-z]:)?\/+$/.test(folder) ? folder.replace(/\/+$/, '/') : folder.replace(/\/+$/, '')
}

/** Whether `path` lies in `folder`, at any depth. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** The deepest folder that is, or holds, each of `folders`; null for folders on several drives. */
export function commonFolder(folders: readonly string[]): string | null {
  const [first = [], ...others] = folders.map((folder) => folder.split('/'))
  let depth = first.length
  for (const other of others) {
    let same = 0
    while (same < depth && first[same] === other[same]) same++
    depth = same
  }
  if (depth === 0) return null
  return first.slice(0, depth).join('/') || '/'
}
