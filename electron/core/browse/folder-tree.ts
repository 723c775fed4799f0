// The folders of the library as a tree, with the number of photos in and below each.
import { stat } from 'node:fs/promises'
import type { FolderNode } from '../../contract/library.ts'
import { isInside, outermostFolders } from '../files/folders.ts'
import type { FileTable } from './file-table.ts'
import { compareNames } from './name-order.ts'

/** A drive that does not answer by then counts as unreachable, so that the tree shows at once. */
const timeoutMs = 500

/** Returns every folder that holds photos, below the folders that the user added; parents before children. */
export async function folderTree(files: FileTable, added: readonly string[]): Promise<FolderNode[]> {
  const own = new Int32Array(files.folders.length)
  for (const id of files.byName()) {
    if (files.isSkipped(id)) continue
    const folderId = files.folder[id] ?? 0
    own[folderId] = (own[folderId] ?? 0) + 1
  }
  const trees = outermostFolders(added).map(async (root) => {
    const isMissing = !(await isFolder(root))
    const totals = new Map([[root, 0]])
    for (const [folderId, path] of files.folders.entries()) {
      const count = own[folderId] ?? 0
      if (count === 0 || (path !== root && !isInside(path, root))) continue
      for (const at of upTo(root, path)) totals.set(at, (totals.get(at) ?? 0) + count)
    }
    const depthOf = (path: string) =>
      path === root ? 0 : path.slice(root.length).split('/').length - (root.endsWith('/') ? 0 : 1)
    return [...totals]
      .sort(([a], [b]) => compareNames(a, b))
      .map(([path, count]) => ({
        path,
        name: path.slice(path.lastIndexOf('/') + 1) || path,
        depth: depthOf(path),
        files: count,
        isMissing,
      }))
  })
  return (await Promise.all(trees)).flat()
}

/** The folder and all above it, up to and with the root. */
function* upTo(root: string, path: string): Generator<string> {
  let at = path
  while (at.length > root.length) {
    yield at
    at = at.slice(0, at.lastIndexOf('/'))
  }
  yield root
}

async function isFolder(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, timeoutMs, false)
  stat(path).then(
    (stats) => {
      resolve(stats.isDirectory())
    },
    () => {
      resolve(false)
    },
  )
  const isThere = await promise
  clearTimeout(timer)
  return isThere
}
