// Which way an order of photos begins, wherever it is chosen.
import type { PhotoSort } from '../../../../electron/contract/browse.ts'

/** The surest, the best and the newest are what one looks for first; given photos begin with the most similar. */
const falling: readonly PhotoSort['by'][] = ['score', 'rating', 'date']

export const beginsDescending = (by: PhotoSort['by']): boolean => falling.includes(by)
