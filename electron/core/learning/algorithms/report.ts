// Progress and cancellation of long computations.

/**
 * `step` in a few words, `share` 0..1 of it. Throws when the computation was cancelled, so it is called often: at least a few
 * times a second.
 */
export type Report = (step: string, share: number) => void

/** For computations whose progress nobody shows. */
export const noReport: Report = () => undefined

/** For one of several computations after each other: its shares are those from `start` to `end` of all. */
export const partOf =
  (report: Report, start: number, end: number): Report =>
  (step, share) => {
    report(step, start + share * (end - start))
  }
