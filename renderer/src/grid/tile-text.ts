// What a tile says: the label that counts, and its name for screen readers.
import type { PhotoCard } from '../../../electron/contract/browse.ts'
import type { Label } from '../../../electron/contract/domain.ts'
import { formatPercent, t } from '../i18n/i18n.svelte.ts'

/** Cards list confirmed labels first, then suggestions, then rejected ones. */
export const bestLabel = (card: PhotoCard): Label | undefined =>
  card.labels.find((label) => label.state === card.state) ?? card.labels[0]

/** For example: `beach.jpg, suggested: seashore 81 %`. */
export function tileName(card: PhotoCard): string {
  const label = bestLabel(card)
  const score = label?.state === 'suggested' && label.score !== null ? ` ${formatPercent(label.score)}` : ''
  const said = label === undefined ? (card.reason ?? '') : label.name + score
  const state = t(`library.state.${card.state}`)
  return said === '' ? `${card.name}, ${state}` : `${card.name}, ${state}: ${said}`
}
