// The counts of an import: labels of photos, how they were matched, and what matched nothing, with the first examples.
import { maxLabelLength } from '../../common/label-name.ts'
import type { PhotoId } from '../../contract/domain.ts'
import type { ImportReport, Mismatches, MismatchKind } from '../../contract/imports.ts'
import { msg, type Message } from '../../texts/message.ts'
import type { Match } from './match-photos.ts'

/** A row of a list, or a file of a folder. */
export interface ImportRow {
  /** In the list; null for a file of a folder. */
  readonly line: number | null
  readonly file: string
}

export interface Tally {
  /** Counts a row that gives this photo one label or several. */
  match(row: ImportRow, labels: readonly string[], match: Match): void
  /** Counts a row that labels no photo. */
  miss(row: ImportRow, kind: MismatchKind, reason: Message): void
  readonly photosByLabel: ReadonlyMap<string, ReadonlySet<PhotoId>>
  report(): Omit<ImportReport, 'isApplied' | 'changed' | 'question'>
}

export function createTally(examples: number): Tally {
  let rows = 0
  const counts = { path: 0, name: 0, hash: 0 }
  const photosByLabel = new Map<string, Set<PhotoId>>()
  const unmatched = new Map<MismatchKind, Mismatches>()

  const miss: Tally['miss'] = ({ line, file }, kind, reason) => {
    rows++
    const group = unmatched.get(kind) ?? { kind, rows: 0, examples: [] }
    unmatched.set(kind, group)
    group.rows++
    if (group.examples.length < examples) group.examples.push({ line, file, reason })
  }

  return {
    match(row, labels, match) {
      if (match.photoId === null) {
        miss(row, match.kind, match.reason)
        return
      }
      if (labels.some((label) => label.length > maxLabelLength)) {
        miss(row, 'no-label', msg('its label is longer than {{limit}} characters', { limit: maxLabelLength }))
        return
      }
      rows++
      counts[match.by]++
      for (const label of labels) {
        const photos = photosByLabel.get(label)
        if (photos === undefined) photosByLabel.set(label, new Set([match.photoId]))
        else photos.add(match.photoId)
      }
    },
    miss,
    photosByLabel,
    report: () => {
      const photos = new Set<PhotoId>()
      for (const some of photosByLabel.values()) for (const photoId of some) photos.add(photoId)
      return {
        rows,
        matchedByPath: counts.path,
        matchedByName: counts.name,
        matchedByHash: counts.hash,
        unmatched: [...unmatched.values()].sort((a, b) => b.rows - a.rows),
        labels: [...photosByLabel].map(([name, { size }]) => ({ name, photos: size })),
        photos: photos.size,
      }
    },
  }
}
