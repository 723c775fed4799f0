// Progress and cancellation of long computations.

/**
 * `step` in a few words, `share` 0..1 of it. Throws when the computation was cancelled, so it is called often: at least a few
 * times a second.
 */
export type Report = (step: string, share: number) => void

/** For computations whose progress nobody shows. */
export const noReport: Report = () => undefined
