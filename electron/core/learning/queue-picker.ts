// What each way to choose the next photos is given.
import type { Matrix } from './linear-pass.ts'

/** What a head says of each row. */
export interface Opinion {
  readonly classes: number
  /** [rows, classes]. */
  readonly probabilities: Float32Array
  /** The class that a person gave to each labelled row. */
  readonly given: ReadonlyMap<number, number>
}

/** Gives places in `pool`, the most useful first. */
export type QueuePicker = (request: {
  /** All rows, centred and of length 1. */
  readonly short: Matrix
  /** Rows that may be taken. */
  readonly pool: readonly number[]
  readonly labelled: readonly number[]
  readonly opinion: Opinion | null
  /** 0..1 for each row of the pool. */
  readonly doubts: Float32Array
  /** At most as many as are in the pool. */
  readonly count: number
}) => number[]
