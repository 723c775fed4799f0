// Labels grouped by where they come from: the user first, then each model with its best label first.
import type { Label } from '../../../../electron/contract/domain.ts'

export interface LabelSource {
  readonly key: string
  /** Null is the user. */
  readonly model: string | null
  readonly version: string | null
  /** The time of its newest label. */
  readonly atMs: number
  readonly labels: readonly Label[]
}

export function bySource(all: readonly Label[]): LabelSource[] {
  const groups = Map.groupBy(all, (label) =>
    label.source === 'human' ? '' : `${label.modelName ?? ''}@${label.modelVersion ?? ''}`,
  )
  const sources = [...groups].map(([key, labels]) => ({
    key,
    model: key === '' ? null : (labels[0]?.modelName ?? ''),
    version: key === '' ? null : (labels[0]?.modelVersion ?? null),
    atMs: Math.max(...labels.map(({ atMs }) => atMs)),
    labels: labels.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0)),
  }))
  return sources.toSorted((a, b) => Number(a.model !== null) - Number(b.model !== null) || b.atMs - a.atMs)
}
