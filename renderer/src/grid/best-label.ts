// The label that a tile shows of a photo.
import type { PhotoCard } from '../../../electron/contract/browse.ts'
import type { Label } from '../../../electron/contract/domain.ts'

/** Cards list confirmed labels first, then suggestions, then rejected ones. */
export const bestLabel = (card: PhotoCard): Label | undefined =>
  card.labels.find((label) => label.state === card.state) ?? card.labels[0]
