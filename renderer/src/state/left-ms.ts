// How long a task will go on, by what it has done so far.

/** The pace at the start says little of the rest. */
const firstMs = 2000

/** The rest of a task that is done to `share`, 0..1; null until it can be estimated. */
export const leftMs = (elapsedMs: number, share: number): number | null =>
  elapsedMs < firstMs || share <= 0 || share >= 1 ? null : (elapsedMs * (1 - share)) / share
