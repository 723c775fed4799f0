// Progress and cancellation of long computations.

/** What a computation is at, in a few words. */
export type Step =
  | 'reading the library'
  | 'reading labels'
  | 'reading embeddings'
  | 'finding the main directions'
  | 'choosing the head'
  | 'predicting'
  | 'suggesting labels'
  | 'saving suggestions'
  | 'grouping photos'
  | 'sorting photos'
  | 'comparing photos'
  | 'comparing groups with your labels'
  | 'drawing the map'
  | 'placing the other photos'
  | 'drawing the learning curve'
  | 'training'
  | 'reading the words'

/**
 * `share` 0..1 of the step. Throws when the computation was cancelled, so it is called often: at least a few
 * times a second.
 */
export type Report = (step: Step, share: number) => void

/** For computations whose progress nobody shows. */
export const noReport: Report = () => undefined

/** For one of several computations after each other: its shares are those from `start` to `end` of all. */
export const partOf =
  (report: Report, start: number, end: number): Report =>
  (step, share) => {
    report(step, start + share * (end - start))
  }
