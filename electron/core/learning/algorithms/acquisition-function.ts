// The shape of an acquisition function: which photos of a pool are most worth a label (active learning).
import type { Matrix } from './linear-layer.ts'

/** What a head predicts for each row. */
export interface HeadPredictions {
  readonly classes: number
  /** [rows, classes]. */
  readonly probabilities: Float32Array
  /** The class that the user gave to each labelled row. */
  readonly given: ReadonlyMap<number, number>
}

/** Returns indices into `pool`, the most useful first. */
export type AcquisitionFunction = (request: {
  /** The rows that `pool` and `labelled` number, centred and of length 1. */
  readonly reduced: Matrix
  /** Rows that may be taken. */
  readonly pool: readonly number[]
  readonly labelled: readonly number[]
  readonly predictions: HeadPredictions | null
  /** 0..1 for each row of the pool: 1 minus the margin of the two best probabilities. */
  readonly uncertainty: Float32Array
  /** At most as many as are in the pool. */
  readonly count: number
}) => number[]
