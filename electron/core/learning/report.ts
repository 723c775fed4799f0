// How long computations say how far they are, and learn that nobody wants them any more.

/**
 * `step` in a few words, `share` 0..1 of it. Throws what ends the computation when it was cancelled, so it is called
 * often: at least a few times a second.
 */
export type Report = (step: string, share: number) => void

/** For computations that nobody watches. */
export const noReport: Report = () => undefined
