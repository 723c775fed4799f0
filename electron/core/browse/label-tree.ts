// The labels of the library as a tree, with the number of files that a view of each shows.
import type { LabelNode } from '../../contract/browse.ts'
import type { LabelNames } from '../domain/label-names.ts'
import type { Tables } from './select.ts'

/** The parent of top-level labels. */
const none = -1

/** Returns every label that is confirmed or suggested, and all its ancestors; by name. */
export function labelTree({ files, photos, names }: Tables): LabelNode[] {
  const parents = parentsOf(names)
  const counts = new Int32Array(names.size)
  const isConfirmed = new Uint8Array(names.size)
  /** The file that each label was counted for last: then its ancestors were counted too. */
  const lastFile = new Int32Array(names.size)
  const count = (label: number, fileId: number) => {
    for (let at = label; at !== none && lastFile[at] !== fileId; at = parents[at] ?? none) {
      counts[at] = (counts[at] ?? 0) + 1
      lastFile[at] = fileId
    }
  }
  const { pool, annotated } = photos
  for (const fileId of files.byName()) {
    const photoId = files.photo[fileId] ?? 0
    if (photoId === 0 || files.isSkipped(fileId)) continue
    const end = pool.startOf(photoId) + pool.visibleCountOf(photoId)
    for (let i = pool.startOf(photoId); i < end; i++) count(pool.visible[i] ?? 0, fileId)
    for (const label of annotated.get(photoId)?.confirmed ?? []) {
      count(label, fileId)
      for (let at = label; at !== none; at = parents[at] ?? none) isConfirmed[at] = 1
    }
  }
  const nodes: LabelNode[] = []
  for (const [label, shown] of counts.entries())
    if (shown > 0)
      nodes.push({ name: names.nameOf(label), files: shown, isConfirmed: isConfirmed[label] === 1 })
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns the parent of each label, by number; parents that no photo has get numbers too. */
function parentsOf(names: LabelNames): number[] {
  const parents: number[] = []
  // The loop adds names itself.
  for (let label = 0; label < names.size; label++) {
    const name = names.nameOf(label)
    const slash = name.lastIndexOf('/')
    parents.push(slash === -1 ? none : names.idOf(name.slice(0, slash)))
  }
  return parents
}
