// The labels of the library as a tree, with the numbers of files that a view of each shows.
import type { LabelNode } from '../../contract/browse.ts'
import type { LabelNames } from '../domain/label-names.ts'
import type { Tables } from './select.ts'

/** The parent of top-level labels. */
const none = -1

/** Returns every label that these files have confirmed, suggested or as a keyword, and all its ancestors; by name. */
export function labelTree({ files, photos, names }: Tables, fileIds: Int32Array): LabelNode[] {
  const parents = parentsOf(names)
  const [confirmed, suggested, keywords] = [0, 1, 2].map(() => createCounter(parents)) as [
    Counter,
    Counter,
    Counter,
  ]
  const { pool } = photos
  for (const fileId of fileIds) {
    const photoId = files.photo[fileId] ?? 0
    if (photoId === 0) continue
    const end = pool.startOf(photoId) + pool.visibleCountOf(photoId)
    for (let i = pool.startOf(photoId); i < end; i++)
      if (pool.isWeak[i] === 0) suggested.add(pool.visible[i] ?? 0, fileId)
    const ofUser = photos.annotatedOf(photoId)
    for (const label of ofUser?.confirmed ?? []) confirmed.add(label, fileId)
    for (const label of files.keywords.get(fileId) ?? [])
      if (ofUser?.all.has(label) !== true) keywords.add(label, fileId)
  }
  const nodes: LabelNode[] = []
  for (let label = 0; label < names.size; label++) {
    const counts = {
      confirmed: confirmed.counts[label] ?? 0,
      suggested: suggested.counts[label] ?? 0,
      keywords: keywords.counts[label] ?? 0,
    }
    if (counts.confirmed + counts.suggested + counts.keywords > 0)
      nodes.push({ name: pathOf(names, parents, label), ...counts })
  }
  return nodes.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Returns the name of a label below its parent as that one is spelled, so that "Birds/owl" and "birds/jay" are in one place. */
function pathOf(names: LabelNames, parents: readonly number[], label: number): string {
  const name = names.nameOf(label)
  const parent = parents[label] ?? none
  return parent === none ? name : pathOf(names, parents, parent) + name.slice(name.lastIndexOf('/'))
}

interface Counter {
  readonly counts: Int32Array
  /** Counts the file for the label and its ancestors, once for each. */
  add(label: number, fileId: number): void
}

function createCounter(parents: readonly number[]): Counter {
  const counts = new Int32Array(parents.length)
  /** The file that each label was counted for last: then its ancestors were counted too. */
  const lastFile = new Int32Array(parents.length)
  return {
    counts,
    add(label, fileId) {
      for (let at = label; at !== none && lastFile[at] !== fileId; at = parents[at] ?? none) {
        counts[at] = (counts[at] ?? 0) + 1
        lastFile[at] = fileId
      }
    },
  }
}

/** Returns the parent of each label, by number; parents that no photo has get numbers too. */
function parentsOf(names: LabelNames): number[] {
  const parents: number[] = []
  // The loop adds names itself.
  for (let label = 0; label < names.size; label++) {
    const name = names.conceptOf(label).includes('/') ? names.nameOf(label) : ''
    const slash = name.lastIndexOf('/')
    parents.push(slash === -1 ? none : names.idOf(name.slice(0, slash)))
  }
  return parents
}
