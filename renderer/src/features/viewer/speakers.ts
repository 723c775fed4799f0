// Labels grouped by who said them: the person first, then each model with its best label first.
import type { Label } from '../../../../electron/contract/domain.ts'

export interface Speaker {
  readonly key: string
  /** Null is the person. */
  readonly model: string | null
  readonly version: string | null
  /** When it was said last. */
  readonly atMs: number
  readonly said: readonly Label[]
}

export function bySpeaker(labels: readonly Label[]): Speaker[] {
  const groups = Map.groupBy(labels, (label) =>
    label.source === 'human' ? '' : `${label.modelName ?? ''}@${label.modelVersion ?? ''}`,
  )
  const speakers = [...groups].map(([key, said]) => ({
    key,
    model: key === '' ? null : (said[0]?.modelName ?? ''),
    version: key === '' ? null : (said[0]?.modelVersion ?? null),
    atMs: Math.max(...said.map(({ atMs }) => atMs)),
    said: said.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0)),
  }))
  return speakers.toSorted((a, b) => Number(a.model !== null) - Number(b.model !== null) || b.atMs - a.atMs)
}
