// What a checkpoint's tensors show by themselves, before the traits that are hidden are looked up.
import type { NamedTensors } from '../checkpoint/named-tensors.ts'
import type { Weights } from '../vit/weights.ts'

export interface SeenTensors {
  readonly named: NamedTensors
  readonly weights: Weights
  readonly dim: number
  readonly hasClassToken: boolean
  readonly registers: number
  /** 0 without a head. */
  readonly classes: number
  /** Width of what the head reads; 0 without a head. */
  readonly headWidth: number
}
