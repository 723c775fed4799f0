// Where the labels of a photo come from: the user first, then each model with its best label first.
import type { Label } from '../../../../electron/contract/domain.ts'

export interface LabelSource {
  readonly key: string
  /** Null is the user. */
  readonly model: string | null
  readonly version: string | null
  /** The time of its newest label. */
  readonly atMs: number
  /** Those that show nowhere else. */
  readonly labels: readonly Label[]
}

/** @param shown names that the list above has already; each other name shows once, at its first source. */
export function bySource(all: readonly Label[], shown: readonly string[]): LabelSource[] {
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
  const seen = new Set(shown)
  const isNew = ({ name }: Label): boolean => {
    if (seen.has(name)) return false
    seen.add(name)
    return true
  }
  return sources
    .toSorted((a, b) => Number(a.model !== null) - Number(b.model !== null) || b.atMs - a.atMs)
    .map((source) => ({ ...source, labels: source.labels.filter(isNew) }))
}

export interface ModelScore {
  readonly model: string
  readonly score: number
}

/** What each model said of a label, the newest run first; of classes with one name the best. */
export function scoresOf(all: readonly Label[], name: string): ModelScore[] {
  const scores = new Map<string, number>()
  for (const label of all)
    if (label.source === 'model' && label.name === name && label.modelName !== null && label.score !== null)
      scores.set(label.modelName, Math.max(label.score, scores.get(label.modelName) ?? 0))
  return [...scores].map(([model, score]) => ({ model, score }))
}
