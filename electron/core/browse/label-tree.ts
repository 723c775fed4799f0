// The labels of the library as a tree, with the number of files that a view of each shows.
import type { LabelNode } from '../../contract/browse.ts'
import type { LabelNames } from './label-names.ts'
import type { Tables } from './select.ts'

/** Above the topmost labels. */
const none = -1

/** Every label that is confirmed or suggested, and every label above such; by name. */
export function labelTree({ files, photos, names }: Tables): LabelNode[] {
  const parents = parentsOf(names)
  const counts = new Int32Array(names.size)
  const isConfirmed = new Uint8Array(names.size)
  /** The file that each label was counted for last: then it was counted for those above it too. */
  const lastFile = new Int32Array(names.size)
  const count = (label: number, fileId: number) => {
    for (let at = label; at !== none && lastFile[at] !== fileId; at = parents[at] ?? none) {
      counts[at] = (counts[at] ?? 0) + 1
      lastFile[at] = fileId
    }
  }
  const { pool, judged } = photos
  for (const fileId of files.byName()) {
    const photoId = files.photo[fileId] ?? 0
    if (photoId === 0 || files.isSkipped(fileId)) continue
    const end = pool.startOf(photoId) + pool.visibleCountOf(photoId)
    for (let i = pool.startOf(photoId); i < end; i++) count(pool.visible[i] ?? 0, fileId)
    for (const label of judged.get(photoId)?.confirmed ?? []) {
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

/** The label above each, by number; those that no photo has get numbers too. */
function parentsOf(names: LabelNames): number[] {
  const parents: number[] = []
  // More come while it goes on.
  for (let label = 0; label < names.size; label++) {
    const name = names.nameOf(label)
    const slash = name.lastIndexOf('/')
    parents.push(slash === -1 ? none : names.idOf(name.slice(0, slash)))
  }
  return parents
}
